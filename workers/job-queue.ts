import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { analysisQueue } from '../schema/analysis-job.ts';
import type { PendingAnalysis } from './pending-analyses.ts';

/** The asker's side of the BullMQ queue of analyses. */
export interface JobQueue {
  /** Rejects while Redis is away. */
  add(pending: PendingAnalysis): Promise<void>;
  /** Takes a job back that waits; nothing happens while Redis is away. */
  remove(id: string): Promise<unknown>;
  /** Drops jobs that waited longer than the limit: their askers are gone, and no worker came to drop them. */
  dropExpired(): Promise<void>;
  close(): Promise<void>;
}

/** `limitMs`: how long a job is waited for. The connection stays the caller's. */
export function createJobQueue(connection: Redis, limitMs: number): JobQueue {
  const queue = new Queue(analysisQueue, {
    connection,
    // It would wait for Redis before each command, and never try again if its first look at the version fails.
    skipWaitingForReady: true,
    skipVersionCheck: true,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
  });
  queue.on('error', () => {
    // The connection's owner gets the same error there, and the asker gets that of its command.
  });
  return {
    async add({ id, channel, caller, place, job }) {
      // BullMQ takes jobs without a priority first, then those of low numbers.
      const priority = caller === undefined ? {} : { priority: place };
      await queue.add(job.lane, { channel, ...job }, { jobId: id, ...priority });
    },
    remove: (id) => (connection.status === 'ready' ? queue.remove(id).catch(() => {}) : Promise.resolve()),
    async dropExpired() {
      await queue.clean(limitMs, 0, 'wait').catch(() => {});
      await queue.clean(limitMs, 0, 'prioritized').catch(() => {});
    },
    close: () => queue.close(),
  };
}
