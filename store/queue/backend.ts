import type { Processor, Queue, Worker, WorkerOptions } from 'bullmq';
import type { PostJob } from '../../schema/post-job.ts';

export type PostQueue = Queue<PostJob>;
export type PostWorker = Worker<PostJob>;

/** Where BullMQ keeps its queues: Redis if configured, else the store's PostgreSQL. Both behave the same. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  queue(name: string): PostQueue;
  worker(
    name: string,
    processor: Processor<PostJob>,
    options: Omit<WorkerOptions, 'connection' | 'limiter'>,
  ): PostWorker;
  /** Calls `listener` whenever the backend becomes available. */
  onReady(listener: () => void): void;
  /** False while it is known to be away: a request would only wait. */
  available(): boolean;
  /** Why it was not available at the last check. */
  why(): string | undefined;
  /** Why no queue can work there now, or undefined. Tries every operation that a queue needs: a connection alone is not enough. */
  unhealthy(): Promise<string | undefined>;
  /** A problem that does not stop it yet and should be fixed. */
  warning(): string | undefined;
  /** Resolves after the first check: with a reason where only the operator can fix it, else with undefined. */
  hopeless(): Promise<string | undefined>;
  /** Closes the connections. Close queues and workers first; never hangs. */
  close(): Promise<void>;
}
