import type { Queryable } from '../database.ts';
import type { PostRow } from './post-row.ts';

/** Largest expected difference between the clocks of machines that share a database, ms. */
const toleranceMs = 1_000;

/**
 * A row whose `updated_at` is in the future shows that the clock was set back since: its delay starts again now and keeps its
 * intended length. The row is updated, so that it is corrected once. Within a transaction that holds the row.
 */
export async function mendPostTimes(
  session: Queryable,
  id: string,
  channel: string,
  row: PostRow,
  wallNow: number,
): Promise<PostRow> {
  const ahead = row.updated_at - wallNow;
  const waits = row.sending_until !== null || row.next_attempt_at !== null || row.doubt_since !== null;
  if (!waits || !(ahead > toleranceMs)) return row;
  const back = (time: number | null) => (time === null ? null : time - ahead);
  const mended = {
    ...row,
    updated_at: wallNow,
    sending_until: back(row.sending_until),
    next_attempt_at: back(row.next_attempt_at),
    doubt_since: back(row.doubt_since),
  };
  await session.query(
    `update outbox set updated_at = $3, sending_until = $4, next_attempt_at = $5, doubt_since = $6 where post_id = $1 and channel = $2`,
    [id, channel, mended.updated_at, mended.sending_until, mended.next_attempt_at, mended.doubt_since],
  );
  return mended;
}
