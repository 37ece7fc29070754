import { Queue, QueueEvents, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { z } from 'zod';
import type { CandleCompleteBody } from '../schema/analyze.ts';
import { CloseReply, StrategiesReply } from '../schema/cluster.ts';
import { withTimeout } from '../store/with-timeout.ts';
import type { Names } from './names.ts';
import type { RedisLink } from './redis-link.ts';

const name = 'closes';
/** Another question on the same queue: which strategies there are, and how their assignments fare. */
const strategiesName = 'strategies';
/** How long the gateway waits for a reply, and how long a close may wait in the queue, ms. */
const withinMs = 20_000;

interface Connections {
  readonly link: Pick<RedisLink, 'blocking'> & { readonly commands: Redis };
  readonly names: Pick<Names, 'queues'>;
}

/** No ingest has replied in time. Sending the same close again is safe: it changes nothing. */
class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export interface AskedCloses {
  /** Resolves with the ingest's reply; rejects with NoAnswerError. */
  readonly ask: (close: CandleCompleteBody) => Promise<CloseReply>;
  /** The same, of the ingest's strategies. */
  readonly strategies: () => Promise<StrategiesReply>;
  readonly close: () => Promise<void>;
}

/** The gateway's end: sends posted closes to whichever ingest takes them from the queue. */
export function askCloses({ link, names }: Connections, limitMs = withinMs): AskedCloses {
  const prefix = names.queues;
  const queue = new Queue<CandleCompleteBody | null>(name, {
    connection: link.commands,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    streams: { events: { maxLen: 100 } },
  });
  const listening = link.blocking();
  // From the first event that is kept: it reads from a moment after it says that it is ready, and a reply of that moment would be lost.
  const events = new QueueEvents(name, {
    connection: listening,
    prefix,
    lastEventId: '0',
    skipVersionCheck: true,
  });
  // Whoever owns the connections logs their errors.
  queue.on('error', () => {});
  events.on('error', () => {});

  const reply = async (
    job: string,
    data: CandleCompleteBody | null,
    keptSeconds: number,
  ): Promise<unknown> => {
    try {
      // Kept for a while: the reply may be read just after the job has finished.
      const kept = { removeOnComplete: { age: keptSeconds }, removeOnFail: { age: keptSeconds } };
      const asked = await withTimeout(limitMs, queue.add(job, data, kept), 'Redis');
      try {
        return await withTimeout(limitMs, asked.waitUntilFinished(events, limitMs), 'the ingest');
      } catch (error) {
        // Nobody waits for the reply any more.
        await asked.remove().catch(() => {});
        throw error;
      }
    } catch (error) {
      throw new NoAnswerError((error as Error).message);
    }
  };

  return {
    ask: async (close) => parsed(CloseReply, await reply(name, close, 60)),
    strategies: async () => parsed(StrategiesReply, await reply(strategiesName, null, 10)),
    close: async () => {
      await withTimeout(1000, Promise.all([queue.close(), events.close()]), 'Redis').catch(() => {});
      listening.disconnect();
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, reply: unknown): T {
  const answer = schema.safeParse(reply);
  if (answer.success) return answer.data;
  throw new NoAnswerError('its reply makes no sense: is another version running?');
}

/** The ingest's end. It skips a close whose sender has timed out: processed late, it would still alert. */
export function serveCloses(
  { link, names }: Connections,
  answers: {
    readonly decide: (close: CandleCompleteBody) => Promise<CloseReply>;
    readonly strategies: () => Promise<StrategiesReply>;
  },
  /** Compared with the job's timestamp, which is the sender's, Unix ms. */
  wallNow: () => number,
): { close: () => Promise<void> } {
  const connection = link.blocking();
  const worker = new Worker<CandleCompleteBody, CloseReply | StrategiesReply>(
    name,
    (job) => {
      if (wallNow() - job.timestamp > withinMs) throw new NoAnswerError('the sender has timed out');
      return job.name === strategiesName ? answers.strategies() : answers.decide(job.data);
    },
    {
      connection,
      prefix: names.queues,
      concurrency: 8,
      // A close that an ingest held when it died is retried while its sender still waits; processed twice, it changes nothing.
      lockDuration: 4000,
      stalledInterval: 2000,
      maxStalledCount: 3,
      skipVersionCheck: true,
    },
  );
  worker.on('error', () => {});
  return {
    close: async () => {
      await withTimeout(2000, worker.close(), 'Redis').catch(() => {});
      connection.disconnect();
    },
  };
}
