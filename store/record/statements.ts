import { clockSkewMs } from '../../schema/posted-candles.ts';
import { DEFAULT_ASSIGNMENT, type Owner, ownerOf } from '../../schema/strategies/assignment.ts';
import type { Signal } from '../../schema/signal.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Queryable } from '../database.ts';
import { postedElsewhereUntil } from '../posts/posted-elsewhere.ts';
import { bodyOf } from '../signal-rows.ts';

type Of<K extends SignalEvent['kind']> = Extract<SignalEvent, { kind: K }>;

/** Runs a statement on rows, which it reads as `jsonb_to_recordset($1)`; without rows it asks nothing. Answers the rows that it returns. */
async function rowsOf<T extends object>(
  session: Queryable,
  rows: readonly object[],
  sql: string,
  ...values: unknown[]
): Promise<T[]> {
  if (rows.length === 0) return [];
  return (await session.query<T>(sql, [JSON.stringify(rows), ...values])).rows;
}

/** The same, where it returns ids. */
async function on(...[session, rows, sql, ...values]: Parameters<typeof rowsOf>): Promise<Set<string>> {
  const answer = await rowsOf<{ id: string }>(session, rows, sql, ...values);
  return new Set(answer.map(({ id }) => id));
}

/** Ends open signals, and what is not sent of them by now. Answers which were open, and whose they are. */
export async function resolveSignals(
  session: Queryable,
  events: readonly Of<'resolved'>[],
  now: number,
): Promise<Map<string, Ended>> {
  const rows = events.map(({ id, outcome }) => ({
    id,
    status: outcome.status,
    outcome,
    at: outcome.resolved_at,
    post_state: outcome.status === 'expired' ? 'expired' : 'superseded',
    answer: `not sent: the signal ended (${outcome.status})`,
  }));
  const found = await rowsOf<Ended & { id: string }>(
    session,
    rows,
    `update signal set status = ended.status, outcome = ended.outcome, resolved_at = ended.at,
       levels_status = case ended.status when 'reversed' then 'open' end
     from jsonb_to_recordset($1::jsonb) as ended (id text, status text, outcome jsonb, at bigint)
     where signal.id = ended.id and signal.status = 'open'
     returning signal.id, mode, assignment, coalesce(body ->> 'strategy', 'regime') as strategy`,
  );
  const ended = new Map(found.map(({ id, ...whose }) => [id, whose]));
  // What may have been sent is the operator's to look at, and what is being asked about is settled by the answer.
  await on(
    session,
    rows.filter(({ id }) => ended.has(id)),
    `update outbox set state = case when maybe_stored then 'parked' else ended.post_state end,
       last_answer = ended.answer, updated_at = $2
     from jsonb_to_recordset($1::jsonb) as ended (id text, post_state text, answer text)
     where signal_id = ended.id and kind = 'opening' and state = 'queued' and doubt_since is null`,
    now,
  );
  return ended;
}

/** Whose a signal is that has ended. */
export type Ended = Omit<Owner, 'version'>;

/** Inserts signals. Answers which are new. */
export const openSignals = (session: Queryable, events: readonly Of<'opened'>[]): Promise<Set<string>> =>
  on(
    session,
    events.map(({ signal, window, frames }) => ({ ...rowOf(signal), window, frames })),
    `insert into signal (id, symbol, timeframe, assignment, mode, signal_type, status, close_time, created_at, expires_at, body,
       analysed_window, analysed_frames)
     select id, symbol, timeframe, assignment, mode, signal_type, 'open', close_time, created_at, expires_at, body,
       decode("window", 'base64'), frames
     from jsonb_to_recordset($1::jsonb) as opened (id text, symbol text, timeframe text, assignment text, mode text, signal_type text,
       close_time bigint, created_at bigint, expires_at bigint, body jsonb, "window" text, frames jsonb)
     on conflict (id) do nothing returning id`,
  );

const rowOf = (signal: Signal) => {
  const { assignment, mode } = ownerOf(signal);
  const { id, symbol, timeframe, signal_type, close_time, created_at, expires_at } = signal;
  return {
    id,
    symbol,
    timeframe,
    assignment,
    mode,
    signal_type,
    close_time,
    created_at,
    expires_at,
    body: bodyOf(signal),
  };
};

/** Keeps the last decision of each symbol, timeframe and assignment. One that lies ahead of the clock was decided while that was wrong: it must not stand for ever. */
export const decide = (session: Queryable, events: readonly Of<'decided'>[], now: number) =>
  on(
    session,
    events.map(({ decision, followed }) => ({
      symbol: decision.symbol,
      timeframe: decision.timeframe,
      assignment: ownerOf(decision).assignment,
      close_time: decision.close_time,
      body: decision,
      following: followed?.following,
    })),
    `insert into decision (symbol, timeframe, assignment, close_time, body, experience, following)
     select symbol, timeframe, assignment, close_time, body, body #> '{lineage,options,experience}', following
     from jsonb_to_recordset($1::jsonb)
       as decided (symbol text, timeframe text, assignment text, close_time bigint, body jsonb, following jsonb)
     on conflict (symbol, timeframe, assignment) do update set close_time = excluded.close_time, body = excluded.body,
       experience = coalesce(excluded.experience, decision.experience),
       following = coalesce(excluded.following, decision.following)
     where decision.close_time <= excluded.close_time or decision.close_time > $2`,
    now + clockSkewMs,
  );

/** What the levels of reversed signals came to. */
export const endLevels = (session: Queryable, events: readonly Of<'levels_resolved'>[]) =>
  on(
    session,
    events.map(({ forecast: { id }, outcome }) => ({
      id,
      status: outcome.status,
      outcome,
      at: outcome.resolved_at,
    })),
    `update signal set levels_status = ended.status, levels_outcome = ended.outcome, levels_resolved_at = ended.at
     from jsonb_to_recordset($1::jsonb) as ended (id text, status text, outcome jsonb, at bigint)
     where signal.id = ended.id and levels_status = 'open'`,
  );

export const withhold = (session: Queryable, events: readonly Of<'withheld'>[]) =>
  on(
    session,
    events.map(({ withheld }) => withheld),
    `insert into shadow (id, gate, symbol, timeframe, assignment, mode, close_time, created_at, expires_at, status, body)
     select one ->> 'id', one ->> 'gate', one ->> 'symbol', one ->> 'timeframe', coalesce(one ->> 'assignment', '${DEFAULT_ASSIGNMENT}'),
       coalesce(one ->> 'mode', 'live'), (one ->> 'close_time')::bigint,
       (one ->> 'created_at')::bigint, (one ->> 'expires_at')::bigint, 'open', one
     from jsonb_array_elements($1::jsonb) as one on conflict do nothing`,
  );

export const resolveWithheld = (session: Queryable, events: readonly Of<'withheld_resolved'>[]) =>
  on(
    session,
    events.map(({ id, gate, outcome }) => ({
      id,
      gate,
      status: outcome.status,
      outcome,
      at: outcome.resolved_at,
    })),
    `update shadow set status = ended.status, outcome = ended.outcome, resolved_at = ended.at
     from jsonb_to_recordset($1::jsonb) as ended (id text, gate text, status text, outcome jsonb, at bigint)
     where shadow.id = ended.id and shadow.gate = ended.gate and shadow.status = 'open'`,
  );

/** A row of the outbox for each channel of new signals, in the order of their `position`. What a lost database may have posted is held. */
export const insertPosts = (
  session: Queryable,
  posts: readonly { readonly signal: Signal; readonly position: number }[],
  now: number,
) =>
  on(
    session,
    posts.flatMap(({ signal: { id, symbol, close_time, expires_at, deliveries }, position }) =>
      deliveries.map(({ channel }) => ({ id, channel, symbol, position, close_time, expires_at })),
    ),
    `insert into outbox (post_id, signal_id, channel, symbol, state, maybe_stored, last_answer, position, created_at, updated_at, expires_at)
     select id, id, channel, symbol, case when is_held then 'parked' else 'queued' end, is_held, case when is_held then $3 end,
       position, $2, $2, expires_at
     from (select *, coalesce(close_time <= ${postedElsewhereUntil}, false) as is_held
       from jsonb_to_recordset($1::jsonb)
         as post (id text, channel text, symbol text, position bigint, close_time bigint, expires_at bigint)) as post`,
    now,
    'its candle closed before the database was restored from a backup: it may have been posted already',
  );
