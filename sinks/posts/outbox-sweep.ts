import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { DuePost } from '../../store/posts/outbox-table.ts';
import type { PostQueue } from '../../store/queue/backend.ts';
import type { EnqueueTracker } from './enqueue-tracker.ts';
import { ensureJob, jobOf } from './post-jobs.ts';
import { reasonOf } from './reason-of.ts';

/** Delay before a sweep is repeated after a failure, ms. */
const retryMs = 1000;

export interface OutboxSweepOptions {
  readonly store: Pick<Store, 'outbox'>;
  readonly queue: PostQueue;
  readonly channel: string;
  /** Runs a queue operation with a time limit; rejects at once where the backend is away. */
  readonly ask: <T>(work: () => Promise<T>) => Promise<T>;
  readonly tracker: EnqueueTracker;
  readonly log: Log;
  /** The server's clock, Unix ms: expiry. */
  readonly now: () => number;
  /** The machine's time of day, Unix ms: delays and leases. */
  readonly timeOfDay: () => number;
  readonly everyMs: number;
  /** Takes secrets out of an error. */
  readonly scrub?: ((text: string) => string) | undefined;
  /** False: never sweeps by itself. */
  readonly enabled: boolean;
}

export interface OutboxSweep {
  /** Adds the missing jobs now; joins a sweep that is running. Returns how many jobs it added. */
  readonly sweep: () => Promise<number>;
  /** Schedules the next sweep, in place of the one scheduled before. */
  readonly sweepAfter: (ms: number) => void;
  /** Logs a failure to add posts and schedules a sweep that repeats it. */
  readonly failed: (error: unknown, what: string) => void;
  /** Promotes all delayed jobs: each checks again whether it must wait. Never rejects. */
  readonly clockStepped: () => Promise<void>;
  /** Stops; resolves when a running sweep has ended. */
  readonly stop: () => Promise<void>;
}

/** Expires old posts and adds a job for each due post that has none: regularly, and sooner after a failure. */
export function outboxSweep(options: OutboxSweepOptions): OutboxSweep {
  const { store, queue, channel, ask, tracker, log, now, timeOfDay, everyMs, enabled, scrub } = options;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<number> | undefined;
  /** The clock may have been set while no process was running. */
  let mayBeLate = true;

  const sweepAfter = (ms: number) => {
    clearTimeout(timer);
    if (!closed && enabled) timer = setTimeout(() => void sweep().catch(() => {}), ms);
  };
  const failed = (error: unknown, what: string) => {
    tracker.failed(error, what);
    sweepAfter(retryMs);
  };
  const promoteDelayed = async () => {
    for (const job of await ask(() => queue.getDelayed()))
      await ask(() => job.promote()).catch((error: unknown) =>
        log.debug({ err: error }, 'a delayed job no longer existed when it was to be promoted'),
      );
    mayBeLate = false;
  };
  /** Ends a post that no job can be made of, or no other would be queued either. */
  const canBeQueued = async (post: DuePost) => {
    try {
      jobOf(post);
      return true;
    } catch (error) {
      log.error({ err: error, id: post.id, channel }, 'a post was ended of which no job can be made');
      const reason = `could not be queued: ${reasonOf(error, scrub)}`;
      await store.outbox.giveUp(post.id, channel, reason, timeOfDay());
      return false;
    }
  };
  const sweepNow = async () => {
    try {
      if (mayBeLate && enabled) await promoteDelayed();
      await store.outbox.expire(now());
      let added = 0;
      for (const post of await store.outbox.due(channel, timeOfDay())) {
        if (closed) break;
        if (!(await canBeQueued(post))) continue;
        if (await ask(() => ensureJob(queue, post, timeOfDay()))) added += 1;
      }
      tracker.recovered();
      if (added > 0) tracker.succeeded();
      sweepAfter(everyMs);
      return added;
    } catch (error) {
      failed(error, 'the posts could not be queued yet');
      throw error;
    }
  };
  const sweep = () => {
    sweeping ??= sweepNow().finally(() => (sweeping = undefined));
    return sweeping;
  };

  return {
    sweep,
    sweepAfter,
    failed,
    clockStepped: async () => {
      mayBeLate = true;
      await sweep().catch(() => {});
      // A sweep that was already running may have promoted them before the step.
      if (mayBeLate)
        await promoteDelayed().catch((error: unknown) =>
          failed(error, 'delayed posts could not be promoted'),
        );
    },
    stop: async () => {
      closed = true;
      clearTimeout(timer);
      await sweeping?.catch(() => {});
    },
  };
}
