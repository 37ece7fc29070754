import type pg from 'pg';
import type { PostKind } from '../../schema/post-job.ts';
import type { Signal } from '../../schema/signal.ts';
import { type Claim, claimPost, type ClaimRequest, isWaitedFor } from './claim-post.ts';
import { inTransaction } from '../database.ts';
import { outboxByHand, type OutboxByHand } from './outbox-by-hand.ts';
import { outboxCounts, type OutboxCounts } from './outbox-counts.ts';
import { deliveredPost, type DoubtEnd, settleDoubt } from './settle-doubt.ts';
import { type Settlement, settlePost } from './settle-post.ts';
import { giveUpPost } from './give-up-post.ts';
import { signalColumns, signalOf, type SignalRow } from '../signal-rows.ts';

/** What a post waits for, as the queue's job shows it to the operator. */
export interface DuePost {
  readonly id: string;
  readonly kind: PostKind;
  readonly channel: string;
  readonly signal: Signal;
  /** Wall-clock time before which it is not to be tried, Unix ms. */
  readonly nextAttemptAt: number | null;
}

/** The truth about deliveries: a row for each post and channel. A signal's own post has its id, that of its end another. */
export interface OutboxTable extends OutboxByHand {
  /** Makes a row `sending` before the first byte, if it may be sent now. */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Writes how an attempt ended. False where the attempt is not the row's last one any more. */
  settle(id: string, channel: string, token: string, end: Settlement, wallNow: number): Promise<boolean>;
  /** Writes what asking about a post in doubt has led to. False where another asked since. */
  settleDoubt(id: string, channel: string, token: string, end: DoubtEnd, wallNow: number): Promise<boolean>;
  /** A post that the channel has accepted, the newest older than `before` if there is one. */
  delivered(channel: string, before: number): Promise<string | undefined>;
  /** Ends a post that cannot be processed, with the reason: failed, or parked where it may have been taken. */
  giveUp(id: string, channel: string, reason: string, wallNow: number): Promise<void>;
  /** Posts of a channel that want a job: queued, or left in `sending` by an attempt that cannot be in flight any more. In order. */
  due(channel: string, wallNow: number, limit?: number): Promise<DuePost[]>;
  /** The first post of a symbol that later ones wait for: its turn has come where one has ended. */
  next(channel: string, symbol: string): Promise<string | undefined>;
  /** Ends queued posts whose time is over. Answers how many. */
  expire(now: number): Promise<number>;
  counts(channel: string): Promise<OutboxCounts>;
}

export function outboxTable(pool: pg.Pool): OutboxTable {
  return {
    ...outboxByHand(pool),
    claim: (request) => inTransaction(pool, (session) => claimPost(session, request)),
    settle: (id, channel, token, end, wallNow) =>
      inTransaction(pool, (session) => settlePost(session, id, channel, token, end, wallNow)),
    settleDoubt: (id, channel, token, end, wallNow) =>
      inTransaction(pool, (session) => settleDoubt(session, id, channel, token, end, wallNow)),
    delivered: (channel, before) => deliveredPost(pool, channel, before),
    giveUp: (id, channel, reason, wallNow) => giveUpPost(pool, id, channel, reason, wallNow),
    async due(channel, wallNow, limit = 5000) {
      const { rows } = await pool.query<
        SignalRow & { post_id: string; kind: PostKind; channel: string; next_attempt_at: number | null }
      >(
        `select outbox.post_id, outbox.kind, outbox.channel, outbox.next_attempt_at, ${signalColumns}
         from outbox join signal on signal.id = outbox.signal_id
         where outbox.channel = $1
           and (outbox.state = 'queued'
             or (outbox.state = 'sending' and (outbox.sending_until <= $2 or outbox.updated_at > $2 + 1000)))
         order by outbox.position limit $3`,
        [channel, wallNow, limit],
      );
      return rows.map((row) => ({
        id: row.post_id,
        kind: row.kind,
        channel: row.channel,
        signal: signalOf(row),
        nextAttemptAt: row.next_attempt_at,
      }));
    },
    async next(channel, symbol) {
      const { rows } = await pool.query<{ post_id: string }>(
        `select post_id from outbox where channel = $1 and symbol = $2 and ${isWaitedFor}
         order by position limit 1`,
        [channel, symbol],
      );
      return rows[0]?.post_id;
    },
    async expire(now) {
      const { rowCount } = await pool.query(
        `update outbox set state = case when maybe_stored then 'parked' else 'expired' end, last_answer = concat_ws('; ', 'expired before it could be sent', last_answer), updated_at = $1
         where state = 'queued' and expires_at <= $1 and doubt_since is null`,
        [now],
      );
      return rowCount ?? 0;
    },
    counts: (channel) => outboxCounts(pool, channel),
  };
}
