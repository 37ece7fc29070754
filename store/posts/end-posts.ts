import type { Signal } from '../../schema/signal.ts';
import type { Queryable } from '../database.ts';
import { postedElsewhereUntil } from './posted-elsewhere.ts';
import { signalColumns, signalOf, type SignalRow } from '../signal-rows.ts';

/** How long after a signal's end its post is still worth sending, ms. */
const worthTellingMs = 24 * 3600_000;

/** The id of the post of a signal's end, derived from the signal's. BullMQ allows no colon in it. */
export const endPostId = (signalId: string): string => `${signalId}-end`;

/** The end of a signal, and whom to tell of it. */
interface SignalEnd {
  readonly signalId: string;
  readonly channels: readonly string[];
  /** Its place in the order of the symbol's posts. */
  readonly position: number;
}

/**
 * Writes the posts of signals' ends, for those of their channels where the opening was sent, or may have been. What a lost database may have
 * told is held. Returns the signals that have such posts, with them, by id. Within the transaction that ended them.
 */
export async function insertEndPosts(
  session: Queryable,
  ends: readonly SignalEnd[],
  now: number,
): Promise<ReadonlyMap<string, readonly [Signal]>> {
  const posts = ends.flatMap(({ signalId, channels, position }) =>
    channels.map((channel) => ({ signal: signalId, post: endPostId(signalId), channel, place: position })),
  );
  if (posts.length === 0) return new Map();
  const { rows: told } = await session.query<{ signal_id: string }>(
    `insert into outbox (post_id, kind, signal_id, channel, symbol, state, maybe_stored, last_answer, position, created_at, updated_at, expires_at)
     select post, 'end', signal_id, channel, symbol, case when is_held then 'parked' else 'queued' end, is_held, case when is_held then $4 end,
       place, $2, $2, $3
     from outbox join jsonb_to_recordset($1::jsonb) as told (signal text, post text, channel text, place bigint) using (channel)
       join (select id as signal_id, coalesce(resolved_at <= ${postedElsewhereUntil}, false) as is_held from signal) as ended using (signal_id)
     where signal_id = told.signal and kind = 'opening' and (state in ('delivered', 'sending', 'parked') or doubt_since is not null)
     on conflict do nothing returning signal_id`,
    [
      JSON.stringify(posts),
      now,
      now + worthTellingMs,
      'it ended before the database was restored from a backup: its end may have been told already',
    ],
  );
  if (told.length === 0) return new Map();
  const { rows } = await session.query<SignalRow>(
    `select ${signalColumns} from signal where id = any ($1::text[])`,
    [told.map(({ signal_id }) => signal_id)],
  );
  return new Map(rows.map(signalOf).map((signal) => [signal.id, [signal]]));
}

/**
 * Why the end of a signal is not posted to a channel, from the state of its opening there: not delivered, or possibly not. Undefined
 * where it was delivered. An opening that is still in progress is sent first, by its position.
 */
export async function whyNotTold(
  session: Queryable,
  signalId: string,
  channel: string,
): Promise<{ state: 'superseded' | 'parked'; answer: string } | undefined> {
  const { rows } = await session.query<{ state: string }>(
    `select state from outbox where signal_id = $1 and channel = $2 and kind = 'opening'`,
    [signalId, channel],
  );
  const state = rows[0]?.state ?? 'unknown';
  if (state === 'delivered' || state === 'queued' || state === 'sending') return undefined;
  if (state === 'parked')
    return {
      state,
      answer:
        'waits for the word on its signal, which may have been taken: mark that as delivered and this is sent',
    };
  return { state: 'superseded', answer: `not sent: the signal itself never was (${state})` };
}

/** An opening turns out to have been delivered: the end that waited for that is sent. */
export async function releaseEndPost(
  session: Queryable,
  openingId: string,
  channel: string,
  now: number,
): Promise<void> {
  await session.query(
    `update outbox set state = 'queued', last_answer = null, updated_at = $3
     where post_id = $1 and channel = $2 and kind = 'end' and state = 'parked' and attempts = 0`,
    [endPostId(openingId), channel, now],
  );
}
