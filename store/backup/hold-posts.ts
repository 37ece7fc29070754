import type { Queryable } from '../database.ts';
import { notePostedElsewhere } from '../posts/posted-elsewhere.ts';

/**
 * A database of an older state goes on. Posts that waited then may have been sent since, so each is in doubt: its channel is asked where it can
 * be, is sent it again where it drops repeated ids, and else it is left to the operator. What is found later of the time up to `until` may have
 * been posted too, and is held. The log gets another name: its next offsets have been others to its clients. Answers how many posts
 * are in doubt.
 */
export async function holdPosts(
  session: Queryable,
  times: { readonly madeAt: number; readonly now: number; readonly until: number },
): Promise<number> {
  const { madeAt, now, until } = times;
  const answer = `the database was restored from a backup of ${new Date(madeAt).toISOString()}, when this post waited: it may have been sent since`;
  const { rowCount } = await session.query(
    `update outbox set state = 'queued', maybe_stored = true, doubt_since = $1::bigint, asked = 0, absents = 0, token = null,
       sending_until = null, next_attempt_at = null, last_answer = $2, updated_at = $1::bigint
     where state in ('queued', 'sending')`,
    [now, answer],
  );
  await notePostedElsewhere(session, until);
  await session.query(`update meta set value = gen_random_uuid()::text where key = 'epoch'`);
  return rowCount ?? 0;
}
