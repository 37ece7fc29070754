import type { PostKind } from '../../schema/post-job.ts';
import type { DeliveryState, Signal } from '../../schema/signal.ts';
import { takeTurn, type Pace } from './channel-pace.ts';
import { claimDoubt, type InDoubt } from './claim-doubt.ts';
import type { Queryable } from '../database.ts';
import { mendPostTimes } from './mend-post-times.ts';
import { whyNotTold } from './end-posts.ts';
import { lockPost } from './post-row.ts';
import { signalOf } from '../signal-rows.ts';

export interface ClaimRequest {
  readonly id: string;
  readonly channel: string;
  /** Identifies this attempt: only with it can the attempt's result be stored. */
  readonly token: string;
  /**
   * The machine's time of day, Unix ms: attempts, pace and leases. Read when the rows are locked, which may take seconds: by an older time
   * a lease would be too short, and others' turns and rows would look like the future.
   */
  readonly timeOfDay: () => number;
  /** Market time of the server's Clock, Unix ms; for expiry. */
  readonly now: number;
  /** How long this attempt can be in flight at most, ms. */
  readonly leaseMs: number;
  readonly pace: Pace;
  /** Does the channel drop duplicates of the same id? */
  readonly idempotent: boolean;
  /** Can the channel be asked whether it has an opening? @default false */
  readonly canAsk?: boolean;
  /** The last check before sending: a reason not to send, or undefined. */
  readonly refuse?: (signal: Signal, kind: PostKind) => string | undefined;
}

/** A claimed attempt, which may be sent. */
export interface Claimed {
  readonly kind: 'claimed';
  readonly post: PostKind;
  readonly signal: Signal;
  readonly attempt: number;
  /** When the signal opened or ended, by the server's Clock, Unix ms. */
  readonly since: number;
  /** When the post is no longer worth sending, by the same clock. */
  readonly expiresAt: number;
  /** Until when the attempt may be in flight, by the machine's time of day. */
  readonly until: number;
}

export type Claim =
  | Claimed
  | InDoubt
  /** Nothing to send: the row's state gives the reason. */
  | { readonly kind: 'settled'; readonly state: DeliveryState | 'unknown'; readonly answer: string | null }
  /** Not yet: an earlier post of the symbol, the rate limit, a retry delay, or an attempt that is still in flight. */
  | {
      readonly kind: 'wait';
      readonly reason: 'order' | 'pace' | 'backoff' | 'in_flight';
      readonly waitMs: number;
    };

/** Condition of a post that later ones of its symbol wait for. New signals matter more than the word of an end that has failed once. */
export const isWaitedFor = `(state = 'sending' or (state = 'queued' and (kind = 'opening' or attempts = 0)))`;

/** Marks a post as `sending`, before anything is sent, if it may be sent now. Within a transaction. */
export async function claimPost(session: Queryable, request: ClaimRequest): Promise<Claim> {
  const { id, channel, token, timeOfDay, now, leaseMs, pace, idempotent, canAsk = false, refuse } = request;
  const found = await lockPost(session, id, channel);
  if (found === undefined) return { kind: 'settled', state: 'unknown', answer: null };
  if (found.state !== 'queued' && found.state !== 'sending')
    return { kind: 'settled', state: found.state, answer: found.last_answer };
  const wallNow = timeOfDay();
  const row = await mendPostTimes(session, id, channel, found, wallNow);
  const signal = signalOf(row);

  const end = async (state: DeliveryState, answer: string): Promise<Claim> => {
    await session.query(
      'update outbox set state = $3, last_answer = $4, updated_at = $5 where post_id = $1 and channel = $2',
      [id, channel, state, answer, wallNow],
    );
    return { kind: 'settled', state, answer };
  };

  // An attempt was started and its result is unknown.
  const lost = row.state === 'sending';
  if (lost && row.sending_until !== null && wallNow < row.sending_until)
    return { kind: 'wait', reason: 'in_flight', waitMs: row.sending_until - wallNow };
  const isInDoubt = lost || row.doubt_since !== null;
  const backoff: Claim | undefined =
    row.next_attempt_at !== null && wallNow < row.next_attempt_at
      ? { kind: 'wait', reason: 'backoff', waitMs: row.next_attempt_at - wallNow }
      : undefined;
  if (isInDoubt && canAsk && row.kind === 'opening')
    return backoff ?? claimDoubt(session, request, row, wallNow);
  if (isInDoubt && !idempotent)
    return end(
      'parked',
      `${(row.doubt_since === null ? null : row.last_answer) ?? 'the attempt was cut off: the platform may have taken the post'}; look there before sending again`,
    );

  const maybeStored = lost || row.maybe_stored;
  const unsent = (state: DeliveryState, answer: string) =>
    maybeStored ? end('parked', `${answer}; an earlier attempt may have been taken`) : end(state, answer);
  const isEnd = row.kind === 'end';
  if (now >= row.expires_at || (!isEnd && signal.status === 'expired'))
    return unsent('expired', ['expired before it could be sent', row.last_answer].filter(Boolean).join('; '));
  const untold = isEnd ? await whyNotTold(session, row.signal_id, channel) : undefined;
  if (untold !== undefined) return unsent(untold.state, untold.answer);
  if (!isEnd && signal.status !== 'open')
    return unsent('superseded', `not sent: the signal ended (${signal.status})`);
  const reason = refuse?.(signal, row.kind);
  if (reason !== undefined) return unsent('superseded', reason);

  if (backoff !== undefined) return backoff;
  const ahead = await session.query<{ n: number }>(
    `select count(*) as n from outbox where channel = $1 and symbol = $2 and position < $3 and ${isWaitedFor}`,
    [channel, row.symbol, row.position],
  );
  if (ahead.rows[0]!.n > 0)
    return { kind: 'wait', reason: 'order', waitMs: Math.min(60_000, 1000 * ahead.rows[0]!.n) };
  const waitMs = await takeTurn(session, channel, pace, timeOfDay);
  if (waitMs > 0) return { kind: 'wait', reason: 'pace', waitMs };

  const attempt = row.attempts + 1;
  const begun = timeOfDay();
  const until = begun + leaseMs;
  await session.query(
    `update outbox set state = 'sending', attempts = $3, token = $4, sending_until = $5, maybe_stored = $6, updated_at = $7, doubt_since = null
     where post_id = $1 and channel = $2`,
    [id, channel, attempt, token, until, maybeStored, begun],
  );
  const since = isEnd ? row.created_at : signal.created_at;
  return { kind: 'claimed', post: row.kind, signal, attempt, since, expiresAt: row.expires_at, until };
}
