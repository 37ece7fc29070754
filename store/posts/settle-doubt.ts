import type { DeliveryState } from '../../schema/signal.ts';
import type { Queryable } from '../database.ts';
import { type Attempt, withAttempt } from './post-history.ts';

/** What asking the receiver about a post in doubt has led to. */
export type DoubtEnd =
  | { readonly kind: 'delivered'; readonly answer: string; readonly remoteId: string | null }
  | { readonly kind: 'parked'; readonly answer: string }
  /** The receiver has none: it is sent again. */
  | { readonly kind: 'send'; readonly answer: string }
  /** Asked again at `nextAt`, wall clock. `since`: when the doubt counts from; `absents`: so often it said that it has none. */
  | {
      readonly kind: 'ask';
      readonly answer: string;
      readonly since: number;
      readonly nextAt: number;
      readonly absents: number;
    };

/** Writes down what was learnt of a post in doubt. False where another asked since. Within a transaction. */
export async function settleDoubt(
  session: Queryable,
  id: string,
  channel: string,
  token: string,
  end: DoubtEnd,
  wallNow: number,
): Promise<boolean> {
  const { rows } = await session.query<{ attempts: number; history: Attempt[] }>(
    `select attempts, history from outbox
     where post_id = $1 and channel = $2 and token = $3 and state = 'queued' and doubt_since is not null for update`,
    [id, channel, token],
  );
  const row = rows[0];
  if (row === undefined) return false;
  const { kind, answer } = end;
  const state: DeliveryState = kind === 'delivered' || kind === 'parked' ? kind : 'queued';
  // Only the last question is remembered: a minute of them would push the attempts out.
  const history =
    kind === 'ask'
      ? JSON.stringify(row.history)
      : withAttempt(row.history, { attempt: row.attempts, at: wallNow, state, answer });
  await session.query(
    `update outbox set state = $3, last_answer = $4, remote_id = coalesce($5, remote_id), next_attempt_at = $6, absents = $7,
       asked = asked + 1, doubt_since = $8, maybe_stored = maybe_stored and not $9,
       history = $10, updated_at = $11
     where post_id = $1 and channel = $2`,
    [
      id,
      channel,
      state,
      answer,
      kind === 'delivered' ? end.remoteId : null,
      kind === 'ask' ? end.nextAt : null,
      kind === 'ask' ? end.absents : 0,
      kind === 'ask' ? end.since : null,
      kind === 'send',
      history,
      wallNow,
    ],
  );
  return true;
}

/**
 * An opening that was delivered to a channel, for a control question: the newest that is older than `before` (Unix ms), else the
 * oldest.
 */
export async function deliveredPost(
  session: Queryable,
  channel: string,
  before: number,
): Promise<string | undefined> {
  const { rows } = await session.query<{ post_id: string }>(
    `select post_id from outbox where channel = $1 and kind = 'opening' and state = 'delivered'
     order by updated_at <= $2 desc, case when updated_at <= $2 then -updated_at else updated_at end limit 1`,
    [channel, before],
  );
  return rows[0]?.post_id;
}
