import type { Signal } from '../schema/signal.ts';
import { clockSkewMs } from '../schema/posted-candles.ts';
import type { SignalEvent, Withheld } from '../schema/signal-event.ts';
import type { SignalLogFrame } from '../schema/wire.ts';
import type { Queryable } from './database.ts';
import { insertEndPosts } from './posts/end-posts.ts';
import { appendFrame } from './signal-log.ts';
import { bodyOf } from './signal-rows.ts';

export interface Recorded {
  /** To broadcast, in this order, now that they are committed. */
  readonly frames: SignalLogFrame[];
  /** New signals, to be queued for their channels. Those whose id was known are not here. */
  readonly opened: Signal[];
  /** Signals whose end is to be posted: queue it for the channels of their `end_deliveries`. */
  readonly ended: Signal[];
}

interface Context {
  readonly session: Queryable;
  readonly epoch: string;
  readonly channels: readonly string[];
  readonly endChannels: readonly string[];
  readonly now: number;
  readonly recorded: Recorded;
}

/** Writes the events of one cause in the caller's transaction. The first insert of an id wins; a repetition changes nothing. */
export async function recordEvents(
  session: Queryable,
  events: readonly SignalEvent[],
  options: { epoch: string; channels: readonly string[]; endChannels: readonly string[]; now: number },
): Promise<Recorded> {
  const context: Context = { session, ...options, recorded: { frames: [], opened: [], ended: [] } };
  for (const event of events) {
    if (event.kind === 'opened') await open(context, event);
    else if (event.kind === 'resolved') await resolve(context, event);
    else if (event.kind === 'decided') await decide(context, event);
    else if (event.kind === 'levels_resolved') await endLevels(context, event);
    else if (event.kind === 'withheld') await withhold(context, event.withheld);
    else if (event.kind === 'withheld_resolved') await resolveWithheld(context, event);
  }
  return context.recorded;
}

async function open(
  { session, epoch, now, recorded, ...context }: Context,
  { signal, window, isPosted = true }: Extract<SignalEvent, { kind: 'opened' }>,
): Promise<void> {
  const { rowCount } = await session.query(
    `insert into signal (id, symbol, timeframe, signal_type, status, close_time, created_at, expires_at, body, analysed_window)
     values ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9) on conflict (id) do nothing`,
    [
      signal.id,
      signal.symbol,
      signal.timeframe,
      signal.signal_type,
      signal.close_time,
      signal.created_at,
      signal.expires_at,
      JSON.stringify(bodyOf(signal)),
      Buffer.from(window, 'base64'),
    ],
  );
  if (rowCount === 0) return;
  const channels = isPosted ? context.channels : [];
  const stored: Signal = {
    ...signal,
    status: 'open',
    outcome: null,
    deliveries: channels.map((channel) => ({
      channel,
      state: 'queued',
      attempts: 0,
      last_answer: null,
      remote_id: null,
      updated_at: now,
    })),
  };
  const frame = await appendFrame(session, epoch, {
    type: 'signal_update',
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    signal: stored,
    signal_changed: true,
    timestamp: signal.created_at,
  });
  await session.query(
    `insert into outbox (post_id, signal_id, channel, symbol, state, position, created_at, updated_at, expires_at)
     select $1, $1, channel, $2, 'queued', $3, $4, $4, $5 from unnest($6::text[]) as channel`,
    [signal.id, signal.symbol, frame.offset, now, signal.expires_at, channels],
  );
  recorded.frames.push(frame);
  recorded.opened.push(stored);
}

async function resolve(
  { session, epoch, endChannels, now, recorded }: Context,
  event: Extract<SignalEvent, { kind: 'resolved' }>,
): Promise<void> {
  const { id, symbol, timeframe, outcome } = event;
  const { rowCount } = await session.query(
    `update signal set status = $2, outcome = $3, resolved_at = $4, levels_status = case $2 when 'reversed' then 'open' end
     where id = $1 and status = 'open'`,
    [id, outcome.status, JSON.stringify(outcome), outcome.resolved_at],
  );
  if (rowCount === 0) return;
  // What was not sent by now is not sent any more; what may have been sent is the operator's to look at.
  await session.query(
    `update outbox set state = case when maybe_stored then 'parked' else $2 end, last_answer = $3, updated_at = $4
     where signal_id = $1 and kind = 'opening' and state = 'queued'`,
    [
      id,
      outcome.status === 'expired' ? 'expired' : 'superseded',
      `not sent: the signal ended (${outcome.status})`,
      now,
    ],
  );
  const frame = await appendFrame(session, epoch, {
    type: 'signal_resolved',
    symbol,
    timeframe,
    id,
    outcome,
    timestamp: outcome.resolved_at,
  });
  recorded.frames.push(frame);
  const told = await insertEndPosts(session, id, { channels: endChannels, position: frame.offset, now });
  if (told !== undefined) recorded.ended.push(told);
}

/** What the levels of a reversed signal came to. */
async function endLevels(
  { session }: Context,
  { forecast, outcome }: Extract<SignalEvent, { kind: 'levels_resolved' }>,
): Promise<void> {
  await session.query(
    `update signal set levels_status = $2, levels_outcome = $3, levels_resolved_at = $4
     where id = $1 and levels_status = 'open'`,
    [forecast.id, outcome.status, JSON.stringify(outcome), outcome.resolved_at],
  );
}

async function decide(
  { session, epoch, now, recorded }: Context,
  { decision, changed }: Extract<SignalEvent, { kind: 'decided' }>,
): Promise<void> {
  const { symbol, timeframe, close_time } = decision;
  await session.query(
    `insert into decision (symbol, timeframe, close_time, body) values ($1, $2, $3, $4)
     on conflict (symbol, timeframe) do update set close_time = excluded.close_time, body = excluded.body
     where decision.close_time <= excluded.close_time or decision.close_time > $5`,
    // One that lies ahead of the clock was decided while that was wrong: it must not stand for ever.
    [symbol, timeframe, close_time, JSON.stringify(decision), now + clockSkewMs],
  );
  if (!changed) return;
  recorded.frames.push(
    await appendFrame(session, epoch, {
      type: 'signal_update',
      symbol,
      timeframe,
      signal: decision,
      signal_changed: true,
      timestamp: now,
    }),
  );
}

async function withhold({ session }: Context, withheld: Withheld): Promise<void> {
  await session.query(
    `insert into shadow (id, gate, symbol, timeframe, close_time, created_at, expires_at, status, body)
     values ($1, $2, $3, $4, $5, $6, $7, 'open', $8) on conflict do nothing`,
    [
      withheld.id,
      withheld.gate,
      withheld.symbol,
      withheld.timeframe,
      withheld.close_time,
      withheld.created_at,
      withheld.expires_at,
      JSON.stringify(withheld),
    ],
  );
}

async function resolveWithheld(
  { session }: Context,
  { id, gate, outcome }: Extract<SignalEvent, { kind: 'withheld_resolved' }>,
): Promise<void> {
  await session.query(
    `update shadow set status = $3, outcome = $4, resolved_at = $5 where id = $1 and gate = $2 and status = 'open'`,
    [id, gate, outcome.status, JSON.stringify(outcome), outcome.resolved_at],
  );
}
