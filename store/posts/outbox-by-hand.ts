import type pg from 'pg';
import type { DeliveryState } from '../../schema/signal.ts';
import { inTransaction, type Queryable } from '../database.ts';
import { releaseEndPost } from './end-posts.ts';
import { type Attempt, withAttempt } from './post-history.ts';
import { lockPost } from './post-row.ts';

/** The operator's actions on a post. */
export interface OutboxByHand {
  /**
   * Queues a parked or failed post again. Returns why not, or undefined when it is queued. `looked`: the operator
   * checked this post on the platform; without it a parked one stays parked, since the platform may have it.
   */
  requeue(
    id: string,
    channel: string,
    options: { now: number; looked: boolean },
  ): Promise<string | undefined>;
  /** Marks a parked post, which the operator found on the platform, as delivered. Returns why that is impossible, or undefined. */
  confirm(id: string, channel: string, now: number): Promise<string | undefined>;
  /** Makes the next attempt of a queued post due now. */
  hurry(id: string, channel: string): Promise<void>;
  /** Takes a post out of the queue: it is failed, or parked where it may have been taken. True where it was still to be sent. */
  withdraw(id: string, channel: string, now: number): Promise<boolean>;
}

export function outboxByHand(pool: pg.Pool): OutboxByHand {
  return {
    requeue: (id, channel, options) =>
      inTransaction(pool, (session) => requeue(session, id, channel, options)),
    confirm: (id, channel, now) => inTransaction(pool, (session) => confirm(session, id, channel, now)),
    async hurry(id, channel) {
      await pool.query(
        `update outbox set next_attempt_at = null where post_id = $1 and channel = $2 and state = 'queued'`,
        [id, channel],
      );
    },
    async withdraw(id, channel, now) {
      const { rowCount } = await pool.query(
        `update outbox set state = case when maybe_stored then 'parked' else 'failed' end, doubt_since = null, updated_at = $3,
           last_answer = 'removed by the operator' || case when maybe_stored then '; an attempt may have been taken' else '' end
         where post_id = $1 and channel = $2 and state = 'queued'`,
        [id, channel, now],
      );
      return rowCount === 1;
    },
  };
}

async function requeue(
  session: Queryable,
  id: string,
  channel: string,
  { now, looked }: { now: number; looked: boolean },
): Promise<string | undefined> {
  const row = await lockPost(session, id, channel);
  if (row === undefined) return 'no such post';
  if (row.state === 'queued' || row.state === 'sending') return 'it is waiting to be sent already';
  if (row.state === 'delivered') return 'it has been delivered';
  if (row.state === 'parked' && !looked) return 'it may have been taken';
  if (now >= row.expires_at)
    return row.kind === 'end' ? 'it is too late to tell of it' : 'the signal has expired';
  if (row.kind === 'opening' && row.status !== 'open') return `the signal has ended (${row.status})`;
  await session.query(
    `update outbox set state = 'queued', next_attempt_at = null, doubt_since = null, updated_at = $3 where post_id = $1 and channel = $2`,
    [id, channel, now],
  );
  return undefined;
}

async function confirm(
  session: Queryable,
  id: string,
  channel: string,
  now: number,
): Promise<string | undefined> {
  const { rows } = await session.query<{
    state: DeliveryState;
    attempts: number;
    last_answer: string | null;
    history: Attempt[];
  }>(
    'select state, attempts, last_answer, history from outbox where post_id = $1 and channel = $2 for update',
    [id, channel],
  );
  const row = rows[0];
  if (row === undefined) return 'no such post';
  if (row.state !== 'parked') return `only a parked post is in doubt, it is ${row.state}`;
  const answer = `delivered, by the operator’s word; before: ${row.last_answer ?? 'nothing'}`;
  const history = withAttempt(row.history, { attempt: row.attempts, at: now, state: 'delivered', answer });
  await session.query(
    `update outbox set state = 'delivered', last_answer = $3, history = $4, updated_at = $5
     where post_id = $1 and channel = $2`,
    [id, channel, answer, history, now],
  );
  await releaseEndPost(session, id, channel, now);
  return undefined;
}
