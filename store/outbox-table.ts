import type pg from 'pg';
import type { DeliveryState, Signal } from '../schema/signal.ts';
import { inTransaction } from './database.ts';
import { takeTurn, type Pace } from './channel-pace.ts';
import { signalColumns, signalOf, type SignalRow } from './signal-rows.ts';

/** Attempts remembered a row. */
const keptAttempts = 20;

/** What a post waits for, as the queue's job shows it to the operator. */
export interface DuePost {
  readonly id: string;
  readonly channel: string;
  readonly signal: Signal;
  /** Wall-clock time before which it is not to be tried, Unix ms. */
  readonly nextAttemptAt: number | null;
}

export interface ClaimRequest {
  readonly id: string;
  readonly channel: string;
  /** Names this attempt; only its holder may settle it. */
  readonly token: string;
  /** Wall clock, Unix ms: attempts, pace and leases. */
  readonly wallNow: number;
  /** The server's Clock, Unix ms: expiry. */
  readonly now: number;
  /** How long this attempt can be in flight at most. */
  readonly leaseMs: number;
  readonly pace: Pace;
  /** Does the channel drop a repetition of the same id? */
  readonly idempotent: boolean;
  /** The last word just before sending: a reason not to, or undefined. */
  readonly refuse?: (signal: Signal) => string | undefined;
}

export type Claim =
  | { readonly kind: 'claimed'; readonly signal: Signal; readonly attempt: number }
  /** Nothing to send any more, or never was: the row's state says why. */
  | { readonly kind: 'settled'; readonly state: DeliveryState | 'unknown'; readonly answer: string | null }
  /** Not now: an earlier post of the symbol, the rate, a pause that was asked for, or an attempt still in flight. */
  | {
      readonly kind: 'wait';
      readonly reason: 'order' | 'pace' | 'backoff' | 'in_flight';
      readonly waitMs: number;
    };

export type Settlement =
  | { readonly state: 'delivered'; readonly answer: string; readonly remoteId: string | null }
  | { readonly state: 'failed' | 'parked'; readonly answer: string }
  /** To be tried again at `nextAttemptAt`, wall clock. */
  | {
      readonly state: 'queued';
      readonly answer: string;
      readonly nextAttemptAt: number;
      readonly maybeStored: boolean;
    };

export interface OutboxCounts {
  readonly states: Readonly<Record<DeliveryState, number>>;
  /** Creation time of the oldest unfinished post, Unix ms. */
  readonly oldest: number | null;
  readonly lastError: string | null;
}

export interface OutboxTable {
  /** Makes a row `sending` before the first byte, if it may be sent now. */
  claim(request: ClaimRequest): Promise<Claim>;
  /** Writes how an attempt ended. False where the attempt is not the row's last one any more. */
  settle(id: string, channel: string, token: string, end: Settlement, wallNow: number): Promise<boolean>;
  /** Posts of a channel that want a job: queued, or left in `sending` by an attempt that cannot be in flight any more. In order. */
  due(channel: string, wallNow: number, limit?: number): Promise<DuePost[]>;
  /** The next unfinished post of a symbol, whose turn a finished one has made. */
  next(channel: string, symbol: string): Promise<string | undefined>;
  /** Ends queued posts whose time is over. Answers how many. */
  expire(now: number): Promise<number>;
  /**
   * The operator wants a parked or failed post tried again. Answers why not, or undefined when it is queued. `looked` says that
   * they looked at this very post: without it a parked one stays, since the platform may have it.
   */
  requeue(
    id: string,
    channel: string,
    options: { now: number; looked: boolean },
  ): Promise<string | undefined>;
  /** The operator has found a parked post on the platform. Answers why that cannot be, or undefined when it is delivered. */
  confirm(id: string, channel: string, now: number): Promise<string | undefined>;
  /** The operator does not want to wait for the next attempt of a queued post. */
  hurry(id: string, channel: string): Promise<void>;
  /** The operator took a post out of the queue. True where it was still to be sent. */
  withdraw(id: string, channel: string, now: number): Promise<boolean>;
  counts(channel: string): Promise<OutboxCounts>;
}

interface Row extends SignalRow {
  state: DeliveryState;
  attempts: number;
  symbol: string;
  position: number;
  sending_until: number | null;
  next_attempt_at: number | null;
  maybe_stored: boolean;
  expires_at: number;
  last_answer: string | null;
}

export function outboxTable(pool: pg.Pool): OutboxTable {
  return {
    claim: (request) => inTransaction(pool, (session) => claim(session, request)),
    settle: (id, channel, token, end, wallNow) =>
      inTransaction(pool, (session) => settle(session, id, channel, token, end, wallNow)),
    async due(channel, wallNow, limit = 5000) {
      const { rows } = await pool.query<
        SignalRow & { signal_id: string; channel: string; next_attempt_at: number | null }
      >(
        `select outbox.signal_id, outbox.channel, outbox.next_attempt_at, ${signalColumns}
         from outbox join signal on signal.id = outbox.signal_id
         where outbox.channel = $1
           and (outbox.state = 'queued' or (outbox.state = 'sending' and outbox.sending_until <= $2))
         order by outbox.position limit $3`,
        [channel, wallNow, limit],
      );
      return rows.map((row) => ({
        id: row.signal_id,
        channel: row.channel,
        signal: signalOf(row),
        nextAttemptAt: row.next_attempt_at,
      }));
    },
    async next(channel, symbol) {
      const { rows } = await pool.query<{ signal_id: string }>(
        `select signal_id from outbox where channel = $1 and symbol = $2 and state in ('queued', 'sending')
         order by position limit 1`,
        [channel, symbol],
      );
      return rows[0]?.signal_id;
    },
    async expire(now) {
      const { rowCount } = await pool.query(
        `update outbox set state = case when maybe_stored then 'parked' else 'expired' end, last_answer = concat_ws('; ', 'expired before it could be sent', last_answer), updated_at = $1
         where state = 'queued' and expires_at <= $1`,
        [now],
      );
      return rowCount ?? 0;
    },
    requeue: (id, channel, options) =>
      inTransaction(pool, (session) => requeue(session, id, channel, options)),
    confirm: (id, channel, now) => inTransaction(pool, (session) => confirm(session, id, channel, now)),
    async hurry(id, channel) {
      await pool.query(
        `update outbox set next_attempt_at = null where signal_id = $1 and channel = $2 and state = 'queued'`,
        [id, channel],
      );
    },
    async withdraw(id, channel, now) {
      const { rowCount } = await pool.query(
        `update outbox set state = 'failed', last_answer = 'removed by the operator', updated_at = $3
         where signal_id = $1 and channel = $2 and state = 'queued'`,
        [id, channel, now],
      );
      return rowCount === 1;
    },
    async counts(channel) {
      const [byState, error] = await Promise.all([
        pool.query<{ state: DeliveryState; n: number; oldest: number }>(
          'select state, count(*) as n, min(created_at) as oldest from outbox where channel = $1 group by state',
          [channel],
        ),
        pool.query<{ last_answer: string }>(
          `select last_answer from outbox where channel = $1 and last_answer is not null
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
      return {
        states,
        oldest: waiting.length > 0 ? Math.min(...waiting) : null,
        lastError: error.rows[0]?.last_answer ?? null,
      };
    },
  };
}

const selectRow = `select outbox.state, outbox.attempts, outbox.symbol, outbox.position, outbox.sending_until, outbox.next_attempt_at,
  outbox.maybe_stored, outbox.expires_at, outbox.last_answer, ${signalColumns}
  from outbox join signal on signal.id = outbox.signal_id
  where outbox.signal_id = $1 and outbox.channel = $2 for update of outbox`;

/** The signal before its posts, in every transaction that takes both: a fixed order of locks cannot deadlock. */
const lockSignal = 'select from signal where id = $1 for share';

async function claim(session: pg.PoolClient, request: ClaimRequest): Promise<Claim> {
  const { id, channel, token, wallNow, now, leaseMs, pace, idempotent, refuse } = request;
  await session.query(lockSignal, [id]);
  const { rows } = await session.query<Row>(selectRow, [id, channel]);
  const row = rows[0];
  if (row === undefined) return { kind: 'settled', state: 'unknown', answer: null };
  if (row.state !== 'queued' && row.state !== 'sending')
    return { kind: 'settled', state: row.state, answer: row.last_answer };
  const signal = signalOf(row);

  const end = async (state: DeliveryState, answer: string): Promise<Claim> => {
    await session.query(
      'update outbox set state = $3, last_answer = $4, updated_at = $5 where signal_id = $1 and channel = $2',
      [id, channel, state, answer, wallNow],
    );
    return { kind: 'settled', state, answer };
  };

  // An attempt was begun and nobody knows how it ended.
  const lost = row.state === 'sending';
  if (lost && row.sending_until !== null && wallNow < row.sending_until)
    return { kind: 'wait', reason: 'in_flight', waitMs: row.sending_until - wallNow };
  if (lost && !idempotent)
    return end(
      'parked',
      'the attempt was cut off: the platform may have taken the post; look there before sending again',
    );

  const maybeStored = lost || row.maybe_stored;
  const unsent = (state: DeliveryState, answer: string) =>
    maybeStored ? end('parked', `${answer}; an earlier attempt may have been taken`) : end(state, answer);
  if (now >= row.expires_at || signal.status === 'expired')
    return unsent('expired', ['expired before it could be sent', row.last_answer].filter(Boolean).join('; '));
  if (signal.status !== 'open') return unsent('superseded', `not sent: the signal ended (${signal.status})`);
  const reason = refuse?.(signal);
  if (reason !== undefined) return unsent('superseded', reason);

  if (row.next_attempt_at !== null && wallNow < row.next_attempt_at)
    return { kind: 'wait', reason: 'backoff', waitMs: row.next_attempt_at - wallNow };
  const ahead = await session.query<{ n: number }>(
    `select count(*) as n from outbox where channel = $1 and symbol = $2 and position < $3 and state in ('queued', 'sending')`,
    [channel, row.symbol, row.position],
  );
  if (ahead.rows[0]!.n > 0)
    return { kind: 'wait', reason: 'order', waitMs: Math.min(60_000, 1000 * ahead.rows[0]!.n) };
  const waitMs = await takeTurn(session, channel, pace, wallNow);
  if (waitMs > 0) return { kind: 'wait', reason: 'pace', waitMs };

  const attempt = row.attempts + 1;
  await session.query(
    `update outbox set state = 'sending', attempts = $3, token = $4, sending_until = $5, maybe_stored = $6, updated_at = $7
     where signal_id = $1 and channel = $2`,
    [id, channel, attempt, token, wallNow + leaseMs, maybeStored, wallNow],
  );
  return { kind: 'claimed', signal, attempt };
}

async function settle(
  session: pg.PoolClient,
  id: string,
  channel: string,
  token: string,
  end: Settlement,
  wallNow: number,
): Promise<boolean> {
  const { rows } = await session.query<{ state: DeliveryState; attempts: number; history: unknown[] }>(
    `select state, attempts, history from outbox where signal_id = $1 and channel = $2 and token = $3 for update`,
    [id, channel, token],
  );
  const row = rows[0];
  if (row === undefined) return false;
  // A post that was parked as ambiguous and then turns out delivered is delivered.
  if (row.state !== 'sending' && !(row.state === 'parked' && end.state === 'delivered')) return false;
  const history = [
    ...row.history,
    { attempt: row.attempts, at: wallNow, state: end.state, answer: end.answer },
  ];
  await session.query(
    `update outbox set state = $3, last_answer = $4, remote_id = coalesce($5, remote_id), next_attempt_at = $6,
       maybe_stored = maybe_stored or $7, history = $8, sending_until = null, updated_at = $9
     where signal_id = $1 and channel = $2`,
    [
      id,
      channel,
      end.state,
      end.answer,
      end.state === 'delivered' ? end.remoteId : null,
      end.state === 'queued' ? end.nextAttemptAt : null,
      end.state === 'queued' && end.maybeStored,
      JSON.stringify(history.slice(-keptAttempts)),
      wallNow,
    ],
  );
  return true;
}

async function requeue(
  session: pg.PoolClient,
  id: string,
  channel: string,
  { now, looked }: { now: number; looked: boolean },
): Promise<string | undefined> {
  await session.query(lockSignal, [id]);
  const { rows } = await session.query<Row>(selectRow, [id, channel]);
  const row = rows[0];
  if (row === undefined) return 'no such post';
  if (row.state === 'queued' || row.state === 'sending') return 'it is waiting to be sent already';
  if (row.state === 'delivered') return 'it has been delivered';
  if (row.state === 'parked' && !looked) return 'it may have been taken';
  if (now >= row.expires_at) return 'the signal has expired';
  if (row.status !== 'open') return `the signal has ended (${row.status})`;
  await session.query(
    `update outbox set state = 'queued', next_attempt_at = null, updated_at = $3 where signal_id = $1 and channel = $2`,
    [id, channel, now],
  );
  return undefined;
}

async function confirm(
  session: pg.PoolClient,
  id: string,
  channel: string,
  now: number,
): Promise<string | undefined> {
  const { rows } = await session.query<{
    state: DeliveryState;
    attempts: number;
    last_answer: string | null;
    history: unknown[];
  }>(
    'select state, attempts, last_answer, history from outbox where signal_id = $1 and channel = $2 for update',
    [id, channel],
  );
  const row = rows[0];
  if (row === undefined) return 'no such post';
  if (row.state !== 'parked') return `only a parked post is in doubt, it is ${row.state}`;
  const answer = `delivered, by the operator’s word; before: ${row.last_answer ?? 'nothing'}`;
  const history = [...row.history, { attempt: row.attempts, at: now, state: 'delivered', answer }];
  await session.query(
    `update outbox set state = 'delivered', last_answer = $3, history = $4, updated_at = $5
     where signal_id = $1 and channel = $2`,
    [id, channel, answer, JSON.stringify(history.slice(-keptAttempts)), now],
  );
  return undefined;
}
