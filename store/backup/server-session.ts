import type { Queryable } from '../database.ts';

/** A session that has been closed is seen for a moment yet, ms. */
const goneMs = 500;

/**
 * The name of a session that a server has in this database, if there is one; the owner of an embedded one counts by its others. Not to be
 * asked within a transaction, which sees the sessions as they were.
 */
export async function serverSession(session: Queryable): Promise<string | undefined> {
  const until = performance.now() + goneMs;
  for (;;) {
    const { rows } = await session.query<{ name: string }>(
      `select application_name as name from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and application_name like 'anso-vision%'
         and application_name not like 'anso-vision owner%' limit 1`,
    );
    if (rows[0] === undefined || performance.now() > until) return rows[0]?.name;
    await new Promise((done) => setTimeout(done, 50));
  }
}
