import type { Queryable } from '../database.ts';

/**
 * The limit is held over this much more than a minute: from its turn to its arrival one post takes longer than another, and the receiver
 * counts arrivals.
 */
const transitMs = 2_000;

/** How far the clocks of machines that share a database may be apart, ms. */
const apartMs = 3_000;

/** Longest delay of a post because the clock was set back, ms. */
const mostMs = 5_000;

/** At most `perMinute` posts in any minute, at most `burst` of them at once. */
export interface Pace {
  readonly perMinute: number;
  /** @default a tenth of perMinute, 1 to 5 */
  readonly burst?: number;
}

/**
 * Takes a channel's next slot within a transaction (generic cell rate algorithm, ITU-T I.371): 0, or the ms to wait.
 * Stored in the database, so that a restart does not reset the limit. The interval leaves room for the burst: no window
 * of 62 s holds more than `perMinute` slots. A clock that was set back delays no post by more than `mostMs`, and the stored time is corrected: where
 * an interval is longer than that, one slot comes early.
 */
export async function takeTurn(
  session: Queryable,
  channel: string,
  { perMinute, burst = Math.min(5, Math.max(1, Math.floor(perMinute / 10))) }: Pace,
  timeOfDay: () => number,
): Promise<number> {
  const intervalMs = (60_000 + transitMs) / (perMinute - burst + 1);
  await session.query('insert into channel_pace values ($1, 0) on conflict do nothing', [channel]);
  const { rows } = await session.query<{ next_at: number }>(
    'select next_at from channel_pace where channel = $1 for update',
    [channel],
  );
  const stored = rows[0]!.next_at;
  // Only now that no other can change the row: the lock may have taken seconds, in which others took turns.
  const wallNow = timeOfDay();
  // No slot lies further ahead, by any machine's clock: ours was set back since.
  const isImpossible = stored > wallNow + burst * intervalMs + apartMs;
  const nextAt = isImpossible ? wallNow + Math.min(intervalMs, mostMs) + (burst - 1) * intervalMs : stored;
  if (isImpossible) await store(session, channel, nextAt);
  const earliest = nextAt - (burst - 1) * intervalMs;
  // Tolerates rounding of a thousandth of a ms.
  if (wallNow < earliest - 0.001) return Math.ceil(earliest - wallNow);
  await store(session, channel, Math.max(nextAt, wallNow) + intervalMs);
  return 0;
}

const store = (session: Queryable, channel: string, nextAt: number) =>
  session.query('update channel_pace set next_at = $2 where channel = $1', [channel, nextAt]);
