import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runMigrations } from 'bullmq';
import type pg from 'pg';
import { beginLimited, inTransaction, type Queryable } from './database.ts';

const lockKey = 0x616e736d;
/** How long the changes to large tables may take, ms. */
const longestMs = 600_000;

/** The database was made by another version of the migrations than this program holds. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** A numbered SQL file. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** The migrations of `folder`, in their order. Line ends do not count: a checkout for Windows changes them. */
export async function readMigrations(
  folder: string = join(import.meta.dirname, 'migrations'),
): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, checksum: checksumOf(sql) };
    }),
  );
}

/**
 * Brings the schema up to date: the numbered SQL files of `folder`, all in one transaction under an advisory lock, each once.
 * Throws MigrationError where a file that was applied has changed since, or the database is newer than this program.
 * Answers the names newly applied.
 */
export async function migrate(pool: pg.Pool, folder?: string): Promise<string[]> {
  const files = await readMigrations(folder);
  return inTransaction(
    pool,
    (session) => applyMigrations(session, files),
    (session) => session.query(beginLimited(longestMs)),
  );
}

/** The same within the caller's transaction, of which it holds the lock to its end. */
export async function applyMigrations(session: Queryable, files: readonly Migration[]): Promise<string[]> {
  await session.query('select pg_advisory_xact_lock($1)', [lockKey]);
  await session.query(
    'create table if not exists migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
  );
  const { rows } = await session.query<{ name: string; checksum: string }>(
    'select name, checksum from migration order by name',
  );
  checkApplied(rows, files);
  const pending = files.filter((file) => !rows.some((row) => row.name === file.name));
  for (const { name, sql, checksum } of pending) {
    await session.query(sql);
    await session.query('insert into migration (name, checksum) values ($1, $2)', [name, checksum]);
  }
  return pending.map(({ name }) => name);
}

/** Throws MigrationError where what was applied is not among the files, or is another text. `of`: what it was applied to, in the messages. */
export function checkApplied(
  applied: readonly Pick<Migration, 'name' | 'checksum'>[],
  files: readonly Migration[],
  of = 'the database',
): void {
  for (const { name, checksum } of applied) {
    const file = files.find((file) => file.name === name);
    if (file === undefined)
      throw new MigrationError(`${of} is newer than this program: it holds migration ${name}`);
    // The second is of a file whose line ends still counted when it was applied.
    if (checksum !== file.checksum && checksum !== checksumOf(file.sql.replaceAll('\n', '\r\n')))
      throw new MigrationError(`migration ${name} has changed since ${of} applied it`);
  }
}

const checksumOf = (sql: string) => createHash('sha256').update(sql).digest('hex');

/** BullMQ's own tables, in the schema `bullmq`: its migrations are as transactional as ours. */
export async function migrateQueue(pool: pg.Pool): Promise<void> {
  const session = await pool.connect();
  try {
    await runMigrations(session, 'bullmq');
  } finally {
    session.release();
  }
}
