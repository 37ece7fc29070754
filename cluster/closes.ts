import { Queue, QueueEvents, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { CandleCompleteBody } from '../schema/analyze.ts';
import { CloseReply } from '../schema/cluster.ts';
import { withTimeout } from '../store/with-timeout.ts';
import type { Names } from './names.ts';
import type { RedisLink } from './redis-link.ts';

const name = 'closes';
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
  readonly close: () => Promise<void>;
}

/** The gateway's end: sends posted closes to whichever ingest takes them from the queue. */
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

  return {
    ask: async (close) => {
      try {
        // Kept for a minute: the reply may be read just after the job has finished.
        const kept = { removeOnComplete: { age: 60 }, removeOnFail: { age: 60 } };
        const job = await withTimeout(limitMs, queue.add(name, close, kept), 'Redis');
        try {
          const reply: unknown = await withTimeout(
            limitMs,
            job.waitUntilFinished(events, limitMs),
            'the ingest',
          );
          return CloseReply.parse(reply);
        } catch (error) {
          // Nobody waits for the reply any more.
          await job.remove().catch(() => {});
          throw error;
        }
      } catch (error) {
        throw new NoAnswerError((error as Error).message);
      }
    },
    close: async () => {
      await withTimeout(1000, Promise.all([queue.close(), events.close()]), 'Redis').catch(() => {});
      listening.disconnect();
    },
  };
}

/** The ingest's end. It skips a close whose sender has timed out: processed late, it would still alert. */
export function serveCloses(
  { link, names }: Connections,
  decide: (close: CandleCompleteBody) => Promise<CloseReply>,
  /** Compared with the job's timestamp, which is the sender's, Unix ms. */
  wallNow: () => number,
): { close: () => Promise<void> } {
  const connection = link.blocking();
  const worker = new Worker<CandleCompleteBody, CloseReply>(
    name,
    (job) => {
      if (wallNow() - job.timestamp <= withinMs) return decide(job.data);
      throw new NoAnswerError('the sender has timed out');
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
