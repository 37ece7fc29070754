import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runMigrations } from 'bullmq';
import type pg from 'pg';
import { beginLimited, inTransaction } from './database.ts';

const lockKey = 0x616e736d;
/** How long the changes to large tables may take, ms. */
const longestMs = 600_000;

/** The database was made by another version of the migrations than this program holds. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/**
 * Brings the schema up to date: the numbered SQL files of `folder`, all in one transaction under an advisory lock, each once.
 * Throws MigrationError where a file that was applied has changed since, or the database is newer than this program.
 * Answers the names newly applied.
 */
export async function migrate(
  pool: pg.Pool,
  folder: string = join(import.meta.dirname, 'migrations'),
): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}-.*\.sql$/.test(name)).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
  const work = async (session: pg.PoolClient) => {
    await session.query('select pg_advisory_xact_lock($1)', [lockKey]);
    await session.query(
      'create table if not exists migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
    const { rows } = await session.query<{ name: string; checksum: string }>(
      'select name, checksum from migration order by name',
    );
    for (const { name, checksum } of rows) {
      const file = files.find((file) => file.name === name);
      if (file === undefined)
        throw new MigrationError(`the database is newer than this program: it holds migration ${name}`);
      if (file.checksum !== checksum)
        throw new MigrationError(`migration ${name} has changed since the database applied it`);
    }
    const pending = files.filter((file) => !rows.some((row) => row.name === file.name));
    for (const { name, sql, checksum } of pending) {
      await session.query(sql);
      await session.query('insert into migration (name, checksum) values ($1, $2)', [name, checksum]);
    }
    return pending.map(({ name }) => name);
  };
  return inTransaction(pool, work, (session) => session.query(beginLimited(longestMs)));
}

/** BullMQ's own tables, in the schema `bullmq`: its migrations are as transactional as ours. */
export async function migrateQueue(pool: pg.Pool): Promise<void> {
  const session = await pool.connect();
  try {
    await runMigrations(session, 'bullmq');
  } finally {
    session.release();
  }
}
