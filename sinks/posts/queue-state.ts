import type { DeliveryState } from '../../schema/signal.ts';
import type { OutboxCounts } from '../../store/posts/outbox-counts.ts';

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

/** The posts of one channel by state, from its outbox. Times Unix ms. */
export interface QueueState extends QueueCounts {
  readonly channel: string;
  /** All posts ever stored, by their current state. */
  readonly posts: Readonly<Record<DeliveryState, number>>;
  readonly last_delivered_at: number | null;
  readonly last_failure: { readonly at: number; readonly what: string; readonly answer: string } | null;
  /** What the operator should know about the channel. */
  readonly note: string | null;
}

/**
 * The state of a channel's posts. `jobs` are BullMQ's counts; where the backend is away they are undefined, and the outbox
 * alone is counted. `now` is the server's clock, Unix ms.
 */
export function queueState(
  stored: OutboxCounts,
  jobs: Readonly<Record<string, number>> | undefined,
  {
    channel,
    now,
    lastError,
    note,
  }: {
    readonly channel: string;
    readonly now: number;
    readonly lastError: string | null;
    readonly note: string | undefined;
  },
): QueueState {
  const { states, oldest, lastFailure } = stored;
  return {
    counts: jobs === undefined ? countsOfOutbox(states) : countsOfJobs(jobs),
    oldest_age_seconds: oldest === null ? null : Math.max(0, Math.round((now - oldest) / 1000)),
    last_error: lastError ?? stored.lastError,
    channel,
    posts: states,
    last_delivered_at: stored.lastDelivered,
    last_failure: lastFailure === null ? null : failureOf(lastFailure),
    note: note ?? null,
  };
}

const countsOfOutbox = (states: OutboxCounts['states']): QueueCounts['counts'] => ({
  waiting: states.queued,
  active: states.sending,
  delayed: 0,
  completed: states.delivered,
  failed: states.failed + states.parked + states.expired + states.superseded,
});

function countsOfJobs(jobs: Readonly<Record<string, number>>): QueueCounts['counts'] {
  const of = (...names: string[]) => names.reduce((sum, name) => sum + (jobs[name] ?? 0), 0);
  return {
    waiting: of('waiting', 'prioritized', 'paused'),
    active: of('active'),
    delayed: of('delayed'),
    completed: of('completed'),
    failed: of('failed'),
  };
}

function failureOf({ state, at, answer }: NonNullable<OutboxCounts['lastFailure']>) {
  const what = state === 'failed' || state === 'parked' ? state : 'could not be sent yet';
  return { at, what: what === 'parked' ? 'was parked' : what, answer };
}
