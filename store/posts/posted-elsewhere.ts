import type { Queryable } from '../database.ts';

const key = 'posted_elsewhere_until';

/**
 * SQL: the time up to which another database than this one may have posted, Unix ms, or null. It is that of a restore: what was found between
 * the backup and then is not in it.
 */
export const postedElsewhereUntil = `(select value::float8 from meta where key = '${key}')`;

export async function notePostedElsewhere(session: Queryable, until: number): Promise<void> {
  await session.query(
    'insert into meta values ($1, $2) on conflict (key) do update set value = excluded.value',
    [key, String(until)],
  );
}
