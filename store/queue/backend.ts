import type { Processor, Queue, Worker, WorkerOptions } from 'bullmq';
import type { PostJob } from '../../schema/post-job.ts';

export type PostQueue = Queue<PostJob>;
export type PostWorker = Worker<PostJob>;

/** Where BullMQ keeps its queues: Redis where there is one, else the store's PostgreSQL. Both behave alike. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  queue(name: string): PostQueue;
  worker(
    name: string,
    processor: Processor<PostJob>,
    options: Omit<WorkerOptions, 'connection' | 'limiter'>,
  ): PostWorker;
  /** Calls back whenever the backend has come (back). */
  onReady(listener: () => void): void;
  /** False while it is known to be away: what is asked of it would only wait. */
  available(): boolean;
  /** Why it is not available, as last found. */
  why(): string | undefined;
  /** Why no queue can work there now, or undefined. Tries what a queue needs; being there is not enough. */
  unhealthy(): Promise<string | undefined>;
  /** What does not hinder it yet and should be mended. */
  warning(): string | undefined;
  /** Resolves after the first trial, with a reason that no time will mend: an operator has to. */
  hopeless(): Promise<string | undefined>;
  /** Gives back the connections. Close queues and workers first; never hangs. */
  close(): Promise<void>;
}
