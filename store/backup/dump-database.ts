import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { backupFormat, type BackupHeader, BackupError, endOfRows, quoted } from './backup-format.ts';
import { keptTables } from './kept-tables.ts';
import { serverSession } from './server-session.ts';

export interface DumpOptions {
  /** Unix ms. */
  readonly now: number;
  /** Names of the migrations that this program knows: a later schema may have tables that it would leave out. */
  readonly known: ReadonlySet<string>;
  /** Called with each table that is done. */
  readonly onTable?: (table: string, rows: number) => void;
}

/**
 * Reads the whole database in one snapshot, beside whatever writes to it, and gives it as text, a chunk at a time. Throws BackupError where
 * there is nothing of ours in it, or its schema is newer than this program.
 */
export async function* dumpDatabase(client: Client, options: DumpOptions): AsyncGenerator<Buffer> {
  const { now, known, onTable } = options;
  const hash = createHash('sha256');
  const seen = (chunk: Buffer | string) => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    hash.update(bytes);
    return bytes;
  };
  const inUse = (await serverSession(client)) !== undefined;
  await client.query(`begin isolation level repeatable read, read only; ${limits}`);
  const migrations = await appliedMigrations(client, known);
  const header: BackupHeader = { format: backupFormat, made_at: now, migrations, in_use: inUse };
  yield seen(line(header));
  const counts: Record<string, number> = {};
  for (const table of keptTables) {
    const columns = await columnsOf(client, table);
    // A schema of before has no such table yet.
    if (columns.length === 0) continue;
    yield seen(line({ table, columns }));
    const rows = client.query(
      copyTo(`copy ${table} (${columns.map(quoted).join(', ')}) to stdout with (encoding 'UTF8')`),
    );
    for await (const chunk of rows as AsyncIterable<Buffer>) yield seen(chunk);
    yield seen(endOfRows);
    yield seen(line({ rows: rows.rowCount }));
    counts[table] = rows.rowCount;
    onTable?.(table, rows.rowCount);
  }
  await client.query('commit');
  yield Buffer.from(line({ end: true, rows: counts, sha256: hash.digest('hex') }));
}

/** Of this transaction alone: it takes its time, and writes floats and bytes as any version reads them. Versions before 17 know no limit of the whole. */
export const limits = `
  select set_config(name, value, true)
  from (values ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0'),
    ('extra_float_digits', '1'), ('bytea_output', 'hex')) as wanted (name, value)
  join pg_settings using (name)`;

async function appliedMigrations(
  client: Client,
  known: ReadonlySet<string>,
): Promise<BackupHeader['migrations']> {
  const { rows: tables } = await client.query<{ found: string | null }>(
    `select to_regclass('migration')::text as found`,
  );
  if (tables[0]!.found === null) throw new BackupError('there is nothing of this server in the database');
  const { rows } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migration order by name',
  );
  const newer = rows.find(({ name }) => !known.has(name));
  if (newer !== undefined)
    throw new BackupError(
      `the database is newer than this program: it holds migration ${newer.name}; back it up with the program that it belongs to`,
    );
  return rows;
}

async function columnsOf(client: Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;
