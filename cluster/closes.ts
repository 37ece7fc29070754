import { Queue, QueueEvents, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CandleCompleteBody } from '../schema/analyze.ts';
import { CloseReply } from '../schema/cluster.ts';
import { within } from '../store/within.ts';
import type { Names } from './names.ts';
import type { RedisLink } from './redis-link.ts';

const name = 'closes';
/** How long an answer is waited for, and a close that nobody took may wait, ms. */
const withinMs = 20_000;

interface Connections {
  readonly link: Pick<RedisLink, 'blocking'> & { readonly commands: Redis };
  readonly names: Pick<Names, 'queues'>;
}

/** No ingest has answered in time. The same close sent again changes nothing. */
class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

export interface AskedCloses {
  /** Resolves with the ingest's reply; rejects with NoAnswerError. */
  readonly ask: (close: CandleCompleteBody) => Promise<CloseReply>;
  readonly close: () => Promise<void>;
}

/** The gateway's end: posted closes go to whichever ingest takes them. */
export function askCloses({ link, names }: Connections, limitMs = withinMs): AskedCloses {
  const prefix = names.queues;
  const queue = new Queue<CandleCompleteBody>(name, {
    connection: link.commands,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
    streams: { events: { maxLen: 100 } },
  });
  const listening = link.blocking();
  const events = new QueueEvents(name, { connection: listening, prefix, skipVersionCheck: true });
  // The connections' owner hears of it.
  queue.on('error', () => {});
  events.on('error', () => {});

  return {
    ask: async (close) => {
      try {
        // Kept for a minute: the answer may be looked for just after it has come.
        const kept = { removeOnComplete: { age: 60 }, removeOnFail: { age: 60 } };
        const job = await within(limitMs, queue.add(name, close, kept), 'Redis');
        try {
          const reply: unknown = await within(limitMs, job.waitUntilFinished(events, limitMs), 'the ingest');
          return CloseReply.parse(reply);
        } catch (error) {
          // Nobody waits for it any more.
          await job.remove().catch(() => {});
          throw error;
        }
      } catch (error) {
        throw new NoAnswerError((error as Error).message);
      }
    },
    close: async () => {
      await within(1000, Promise.all([queue.close(), events.close()]), 'Redis').catch(() => {});
      listening.disconnect();
    },
  };
}

/** The ingest's end. A close that its sender has given up is left alone: too late it would alert. */
export function serveCloses(
  { link, names }: Connections,
  decide: (close: CandleCompleteBody) => Promise<CloseReply>,
  /** Compared with the time that the sender gave the job, Unix ms. */
  wallNow: () => number,
): { close: () => Promise<void> } {
  const connection = link.blocking();
  const worker = new Worker<CandleCompleteBody, CloseReply>(
    name,
    (job) => {
      if (wallNow() - job.timestamp <= withinMs) return decide(job.data);
      throw new NoAnswerError('its sender waits no more');
    },
    {
      connection,
      prefix: names.queues,
      concurrency: 8,
      // What an ingest had in hand when it died is taken up while its sender still waits; again, it changes nothing.
      lockDuration: 4000,
      stalledInterval: 2000,
      maxStalledCount: 3,
      skipVersionCheck: true,
    },
  );
  worker.on('error', () => {});
  return {
    close: async () => {
      await within(2000, worker.close(), 'Redis').catch(() => {});
      connection.disconnect();
    },
  };
}
