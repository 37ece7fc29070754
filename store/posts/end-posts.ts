import type { Signal } from '../../schema/signal.ts';
import type { Queryable } from '../database.ts';
import { signalColumns, signalOf, type SignalRow } from '../signal-rows.ts';

/** How long after a signal's end its post is still worth sending, ms. */
const worthTellingMs = 24 * 3600_000;

/** The id of the post of a signal's end, derived from the signal's. BullMQ allows no colon in it. */
export const endPostId = (signalId: string): string => `${signalId}-end`;

/**
 * Writes the posts of a signal's end, for those of `channels` where its opening was sent, or may have been. Returns the
 * signal with these posts, or undefined where there are none. Within the transaction that ended it.
 */
export async function insertEndPosts(
  session: Queryable,
  signalId: string,
  options: { channels: readonly string[]; position: number; now: number },
): Promise<Signal | undefined> {
  const { channels, position, now } = options;
  const { rowCount } = await session.query(
    `insert into outbox (post_id, kind, signal_id, channel, symbol, state, position, created_at, updated_at, expires_at)
     select $2, 'end', signal_id, channel, symbol, 'queued', $3, $4, $4, $5 from outbox
     where signal_id = $1 and kind = 'opening' and channel = any ($6::text[]) and state in ('delivered', 'sending', 'parked')
     on conflict do nothing`,
    [signalId, endPostId(signalId), position, now, now + worthTellingMs, channels],
  );
  if (rowCount === 0) return undefined;
  const { rows } = await session.query<SignalRow>(`select ${signalColumns} from signal where id = $1`, [
    signalId,
  ]);
  return signalOf(rows[0]!);
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
