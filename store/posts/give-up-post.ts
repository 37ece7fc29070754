import type { Queryable } from '../database.ts';

/**
 * Ends a post that cannot be processed. One statement that reads nothing of what may be broken about it. A post that may have been taken
 * is parked.
 */
export async function giveUpPost(
  session: Queryable,
  id: string,
  channel: string,
  reason: string,
  wallNow: number,
): Promise<void> {
  await session.query(
    `update outbox set state = case when maybe_stored or state = 'sending' then 'parked' else 'failed' end, last_answer = $3,
       sending_until = null, next_attempt_at = null, doubt_since = null, updated_at = $4
     where post_id = $1 and channel = $2 and state in ('queued', 'sending')`,
    [id, channel, reason, wallNow],
  );
}
