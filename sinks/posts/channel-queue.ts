import type { Signal } from '../../schema/signal.ts';
import { endPostId } from '../../store/posts/end-posts.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { PostQueue, QueueBackend } from '../../store/queue/backend.ts';
import { withTimeout } from '../../store/with-timeout.ts';
import { type EnqueueState, enqueueTracker } from './enqueue-tracker.ts';
import { outboxSweep } from './outbox-sweep.ts';
import { addJob, jobIdOf } from './post-jobs.ts';
import { type QueueState, queueState } from './queue-state.ts';

export interface ChannelQueue {
  /** BullMQ's queue, for the board. */
  readonly queue: PostQueue;
  readonly channel: string;
  /** Queues the posts of signals, and of their ends, that the store has just committed. Never rejects: the sweep repeats what fails. */
  enqueue(signals: readonly Signal[]): Promise<void>;
  /** Queues all stored posts that have no job, now. Returns how many jobs it added. */
  sweep(): Promise<number>;
  /** The wall clock, by which BullMQ promotes delayed jobs, was set: each job checks again whether it must wait. Never rejects. */
  clockStepped(): Promise<void>;
  /** Promotes a post that waits behind another one. */
  readonly wake: (id: string) => Promise<void>;
  counts(): Promise<QueueState>;
  readonly enqueued: () => EnqueueState;
  /** Stops sweeping and closes the queue, within a second even where the backend is away. */
  close(): Promise<void>;
}

/** Time limit of a queue operation, ms. One that fails loses nothing: the post is in the outbox. */
const operationTimeoutMs = 3000;
const closeTimeoutMs = 1000;
const backendName = "the queue's backend";

/**
 * The queue of posts to one channel. The outbox is the source of truth; a job makes the worker process one row of it. The sweep
 * adds lost jobs again: at start, when the backend comes back, and every 30 s.
 */
export function createChannelQueue(options: {
  store: Pick<Store, 'outbox'>;
  backend: QueueBackend;
  log: Log;
  /** The server's clock, Unix ms: expiry. */
  now: () => number;
  /** The machine's time of day, Unix ms: delays and leases. */
  timeOfDay: () => number;
  /** @default community */
  channel?: string;
  /** @default 30_000 */
  sweepEveryMs?: number;
  /** Called when a post was added to the queue. */
  onEnqueued?: () => void;
  /** Takes secrets out of what the backend says, and of errors. */
  scrub?: (text: string) => string;
  /** What the operator should know about the channel. */
  note?: (() => string | undefined) | undefined;
  /** False: another process sweeps, this queue is only read. @default true */
  sweeps?: boolean;
}): ChannelQueue {
  const { store, backend, log, now, timeOfDay, channel = 'community' } = options;
  const { sweepEveryMs = 30_000, sweeps = true, note, onEnqueued, scrub } = options;
  const queue = backend.queue(channel);
  const tracker = enqueueTracker(log, onEnqueued, scrub);
  queue.on('error', tracker.noteError);
  const ask = <T>(work: () => Promise<T>): Promise<T> =>
    backend.available()
      ? withTimeout(operationTimeoutMs, work(), backendName)
      : Promise.reject(new Error(backend.why() ?? `${backendName} is away`));
  const sweeper = outboxSweep({
    store,
    queue,
    channel,
    ask,
    tracker,
    log,
    now,
    timeOfDay,
    everyMs: sweepEveryMs,
    enabled: sweeps,
    scrub,
  });
  backend.onReady(() => sweeper.sweepAfter(0));
  sweeper.sweepAfter(0);

  return {
    queue,
    channel,
    sweep: sweeper.sweep,
    clockStepped: sweeper.clockStepped,
    enqueued: tracker.state,
    async enqueue(signals) {
      try {
        for (const signal of signals) {
          const kind = signal.status === 'open' ? 'opening' : 'end';
          const posts = kind === 'opening' ? signal.deliveries : (signal.end_deliveries ?? []);
          if (!posts.some((post) => post.channel === channel)) continue;
          const id = kind === 'opening' ? signal.id : endPostId(signal.id);
          await ask(() => addJob(queue, { id, kind, channel, signal, nextAttemptAt: null }, timeOfDay()));
          tracker.succeeded();
        }
      } catch (error) {
        sweeper.failed(error, 'a post waits in the outbox');
      }
    },
    async wake(id) {
      const job = await ask(() => queue.getJob(jobIdOf(id, channel)));
      if (job !== undefined && (await job.isDelayed())) await job.promote();
    },
    async counts() {
      const stored = await store.outbox.counts(channel);
      const jobs = await ask(() => queue.getJobCounts()).catch((error: Error) => {
        tracker.noteError(error);
        return undefined;
      });
      return queueState(stored, jobs, {
        channel,
        now: now(),
        lastError: tracker.lastError(),
        note: note?.(),
      });
    },
    async close() {
      const closed = sweeper.stop().then(() => queue.close());
      await withTimeout(closeTimeoutMs, closed, backendName).catch(() => {});
    },
  };
}
