import type { DeliveryState } from '../../schema/signal.ts';
import type { Queryable } from '../database.ts';

/** A channel's posts, as the dashboards show them. */
export interface OutboxCounts {
  readonly states: Readonly<Record<DeliveryState, number>>;
  /** Creation time of the oldest unfinished post, Unix ms. */
  readonly oldest: number | null;
  readonly lastError: string | null;
  /** When the last one was delivered, Unix ms. */
  readonly lastDelivered: number | null;
  /** The newest that failed, was parked, or waits for another attempt. */
  readonly lastFailure: {
    readonly state: DeliveryState;
    readonly at: number;
    readonly answer: string;
  } | null;
}

export async function outboxCounts(pool: Queryable, channel: string): Promise<OutboxCounts> {
  const [byState, error] = await Promise.all([
    pool.query<{ state: DeliveryState; n: number; oldest: number; newest: number }>(
      'select state, count(*) as n, min(created_at) as oldest, max(updated_at) as newest from outbox where channel = $1 group by state',
      [channel],
    ),
    pool.query<{ state: DeliveryState; updated_at: number; last_answer: string }>(
      `select state, updated_at, last_answer from outbox where channel = $1 and last_answer is not null
         and (state in ('failed', 'parked') or (state in ('queued', 'sending') and attempts > 0))
       order by updated_at desc limit 1`,
      [channel],
    ),
  ]);
  const of = (state: DeliveryState) => byState.rows.find((row) => row.state === state);
  const states: Record<DeliveryState, number> = {
    queued: of('queued')?.n ?? 0,
    sending: of('sending')?.n ?? 0,
    delivered: of('delivered')?.n ?? 0,
    failed: of('failed')?.n ?? 0,
    parked: of('parked')?.n ?? 0,
    expired: of('expired')?.n ?? 0,
    superseded: of('superseded')?.n ?? 0,
  };
  const waiting = [of('queued')?.oldest, of('sending')?.oldest].filter((time) => time !== undefined);
  const failure = error.rows[0];
  return {
    states,
    oldest: waiting.length > 0 ? Math.min(...waiting) : null,
    lastError: failure?.last_answer ?? null,
    lastDelivered: of('delivered')?.newest ?? null,
    lastFailure:
      failure === undefined
        ? null
        : { state: failure.state, at: failure.updated_at, answer: failure.last_answer },
  };
}
