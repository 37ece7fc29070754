import type { DeliveryState, Signal } from '../../schema/signal.ts';
import { PostJob } from '../../schema/post-job.ts';
import { endPostId } from '../../store/end-posts.ts';
import type { Log } from '../../store/log.ts';
import type { Store } from '../../store/open-store.ts';
import type { OutboxCounts } from '../../store/outbox-counts.ts';
import type { DuePost } from '../../store/outbox-table.ts';
import type { PostQueue, QueueBackend } from '../../store/queue/backend.ts';
import { within } from '../../store/within.ts';

interface QueueCounts {
  readonly counts: {
    readonly waiting: number;
    readonly active: number;
    readonly delayed: number;
    readonly completed: number;
    readonly failed: number;
  };
  /** Age of the oldest post that is still to be sent; null when there is none. */
  readonly oldest_age_seconds: number | null;
  readonly last_error: string | null;
}

/** How the posts of a channel stand, by its outbox. Times Unix ms. */
export interface QueueState extends QueueCounts {
  readonly channel: string;
  /** Posts ever stored, by their state now. */
  readonly posts: Readonly<Record<DeliveryState, number>>;
  readonly last_delivered_at: number | null;
  readonly last_failure: { readonly at: number; readonly what: string; readonly answer: string } | null;
  /** What the operator should know of the channel. */
  readonly note: string | null;
}

/** What became of the last tries to put posts into the queue. */
export interface EnqueueState {
  /** Since a post last got in, ms; undefined: none since the start. */
  readonly ageMs: number | undefined;
  /** Why they do not get in now. */
  readonly failure: string | undefined;
}

export interface CommunityQueue {
  /** BullMQ's queue, for the board. */
  readonly queue: PostQueue;
  readonly channel: string;
  /** Queues the posts of signals, and of ends, that the store has just committed. Never rejects: what fails, the sweep repeats. */
  enqueue(signals: readonly Signal[]): Promise<void>;
  /** Queues what is stored and not queued, now. Answers how many jobs it made. */
  sweep(): Promise<number>;
  /** The wall clock was set, by which BullMQ wakes delayed jobs: each looks for itself whether it has to wait on. Never rejects. */
  clockStepped(): Promise<void>;
  /** Lets a post that waits for its turn go now. */
  readonly wake: (id: string) => Promise<void>;
  counts(): Promise<QueueState>;
  readonly enqueued: () => EnqueueState;
  /** Stops sweeping and closes the queue, within two seconds even where the backend is away. */
  close(): Promise<void>;
}

/** A queue operation that takes longer has failed: what it was for is in the outbox. */
const patienceMs = 3000;
const backendName = "the queue's backend";

/**
 * The queue of posts to one channel. The outbox is the truth, a job wakes the worker for one row of it: a job that gets
 * lost is made again by the sweep, at start, when the backend comes back and every 30 s.
 */
export function communityQueue(options: {
  store: Pick<Store, 'outbox'>;
  backend: QueueBackend;
  log: Log;
  /** The server's clock, Unix ms: expiry. */
  now: () => number;
  /** The machine's time of day, Unix ms: pauses and leases. */
  timeOfDay: () => number;
  /** @default community */
  channel?: string;
  /** @default 30_000 */
  sweepEveryMs?: number;
  /** A post has got into the queue. */
  onEnqueued?: () => void;
  /** What the operator should know of the channel. */
  note?: (() => string | undefined) | undefined;
  /** False: others sweep, this one is looked at. @default true */
  sweeps?: boolean;
}): CommunityQueue {
  const {
    store,
    backend,
    log,
    now,
    timeOfDay,
    channel = 'community',
    sweepEveryMs = 30_000,
    sweeps = true,
    note,
    onEnqueued,
  } = options;
  const queue = backend.queue(channel);
  let lastError: string | null = null;
  queue.on('error', (error) => (lastError = error.message));
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<number> | undefined;

  let enqueuedAt: number | undefined;
  let failure: string | undefined;
  const didEnqueue = () => {
    enqueuedAt = performance.now();
    onEnqueued?.();
  };

  const sweepAfter = (ms: number) => {
    clearTimeout(timer);
    if (!closed && sweeps) timer = setTimeout(() => void sweep().catch(() => {}), ms);
  };
  const failed = (error: unknown, what: string) => {
    const { message } = error as Error;
    if (message !== lastError) log.warn({ err: error }, what);
    lastError = message;
    failure = message;
    sweepAfter(1000);
  };
  const ask = <T>(work: () => Promise<T>): Promise<T> =>
    backend.available()
      ? within(patienceMs, work(), backendName)
      : Promise.reject(new Error(backend.why() ?? `${backendName} is away`));
  /** The clock may have been set while nobody ran. */
  let mayBeLate = true;
  const wakeDelayed = async () => {
    for (const job of await ask(() => queue.getDelayed()))
      await ask(() => job.promote()).catch((error: unknown) =>
        log.debug({ err: error }, 'a delayed job was gone before it was woken'),
      );
    mayBeLate = false;
  };
  const sweepNow = async () => {
    try {
      if (mayBeLate && sweeps) await wakeDelayed();
      await store.outbox.expire(now());
      let made = 0;
      for (const post of await store.outbox.due(channel, timeOfDay())) {
        if (closed) break;
        if (await ask(() => ensureJob(queue, post, timeOfDay()))) made += 1;
      }
      lastError = null;
      failure = undefined;
      if (made > 0) didEnqueue();
      sweepAfter(sweepEveryMs);
      return made;
    } catch (error) {
      failed(error, 'the posts could not be queued yet');
      throw error;
    }
  };
  const sweep = () => {
    sweeping ??= sweepNow().finally(() => (sweeping = undefined));
    return sweeping;
  };
  backend.onReady(() => sweepAfter(0));
  sweepAfter(0);

  return {
    queue,
    channel,
    sweep,
    async enqueue(signals) {
      try {
        for (const signal of signals) {
          const kind = signal.status === 'open' ? 'opening' : 'end';
          const posts = kind === 'opening' ? signal.deliveries : (signal.end_deliveries ?? []);
          if (!posts.some((post) => post.channel === channel)) continue;
          const id = kind === 'opening' ? signal.id : endPostId(signal.id);
          await ask(() => addJob(queue, { id, kind, channel, signal, nextAttemptAt: null }, timeOfDay()));
          didEnqueue();
        }
      } catch (error) {
        failed(error, 'a post waits in the outbox');
      }
    },
    async clockStepped() {
      mayBeLate = true;
      await sweep().catch(() => {});
      // A sweep that was under way may have woken them before the step.
      if (mayBeLate)
        await wakeDelayed().catch((error: unknown) => failed(error, 'delayed posts could not be woken'));
    },
    async wake(id) {
      const job = await ask(() => queue.getJob(jobIdOf(id, channel)));
      if (job !== undefined && (await job.isDelayed())) await job.promote();
    },
    async counts() {
      const stored = await store.outbox.counts(channel);
      const live = await ask(() => queue.getJobCounts()).catch((error: unknown) => {
        lastError = (error as Error).message;
        return undefined;
      });
      const of = (...names: string[]) => names.reduce((sum, name) => sum + (live?.[name] ?? 0), 0);
      const { states } = stored;
      return {
        counts:
          live === undefined
            ? {
                waiting: states.queued,
                active: states.sending,
                delayed: 0,
                completed: states.delivered,
                failed: states.failed + states.parked + states.expired + states.superseded,
              }
            : {
                waiting: of('waiting', 'prioritized', 'paused'),
                active: of('active'),
                delayed: of('delayed'),
                completed: of('completed'),
                failed: of('failed'),
              },
        oldest_age_seconds:
          stored.oldest === null ? null : Math.max(0, Math.round((now() - stored.oldest) / 1000)),
        last_error: lastError ?? stored.lastError,
        channel,
        posts: states,
        last_delivered_at: stored.lastDelivered,
        last_failure: stored.lastFailure === null ? null : failureOf(stored.lastFailure),
        note: note?.() ?? null,
      };
    },
    enqueued: () => ({
      ageMs: enqueuedAt === undefined ? undefined : performance.now() - enqueuedAt,
      failure,
    }),
    async close() {
      closed = true;
      clearTimeout(timer);
      const inHand = sweeping?.catch(() => {}) ?? Promise.resolve();
      await within(
        2000,
        inHand.then(() => queue.close()),
        backendName,
      ).catch(() => {});
    },
  };
}

function failureOf({ state, at, answer }: NonNullable<OutboxCounts['lastFailure']>) {
  const what = state === 'failed' || state === 'parked' ? state : 'could not be sent yet';
  return { at, what: what === 'parked' ? 'was parked' : what, answer };
}

/** The job's id: the post's with the channel. BullMQ allows no colon in it. */
export const jobIdOf = (id: string, channel: string): string => `${id}-${channel}`;

/** Makes the job of a post unless one is on its way. One that has ended without ending the post makes room. */
async function ensureJob(queue: PostQueue, post: DuePost, now: number): Promise<boolean> {
  const job = await queue.getJob(jobIdOf(post.id, post.channel));
  if (job !== undefined) {
    const state = await job.getState();
    if (state !== 'completed' && state !== 'failed' && state !== 'unknown') return false;
    await job.remove();
  }
  await addJob(queue, post, now);
  return true;
}

async function addJob(
  queue: PostQueue,
  { id, kind, channel, signal, nextAttemptAt }: DuePost,
  now: number,
): Promise<void> {
  const data: PostJob = PostJob.parse({
    id,
    kind,
    channel,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    action: signal.signal_type,
    entry: signal.entry,
    tp: signal.tp,
    sl: signal.sl,
    expiresAt: new Date(signal.expires_at).toISOString(),
  });
  const what = `${signal.signal_type} ${signal.symbol} ${signal.timeframe}`;
  await queue.add(kind === 'end' ? `end of ${what}` : what, data, {
    jobId: jobIdOf(id, channel),
    delay: Math.max(0, (nextAttemptAt ?? 0) - now),
    // Until the post expires: the worker ends it then.
    attempts: 100_000,
    backoff: { type: 'custom' },
    removeOnComplete: { age: 48 * 3600 },
    removeOnFail: { age: 14 * 24 * 3600 },
  });
}
