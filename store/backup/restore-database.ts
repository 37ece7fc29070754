import { pipeline } from 'node:stream/promises';
import { type Client, DatabaseError } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { claimMarket, type StoredMarket } from '../claim-market.ts';
import type { Queryable } from '../database.ts';
import { applyMigrations, checkApplied, readMigrations } from '../migrate.ts';
import { BackupError, type BackupHeader, quoted } from './backup-format.ts';
import { limits } from './dump-database.ts';
import { holdPosts } from './hold-posts.ts';
import { keptTables } from './kept-tables.ts';
import { readBackup } from './read-backup.ts';
import { serverSession } from './server-session.ts';

export interface RestoreDatabaseOptions {
  /** Remove what the database holds? Otherwise one that holds something is refused. */
  readonly replace: boolean;
  /** Had the server stopped before the backup, and not worked since? Otherwise posts are held: see `holdPosts`. */
  readonly wasStopped: boolean;
  /** Until when another server may have posted, by the clock of signals, Unix ms. */
  readonly until: number;
  readonly market: StoredMarket;
  /** The machine's time of day, Unix ms. */
  readonly now: number;
  readonly onTable?: (table: string, rows: number) => void;
}

export interface Restored {
  readonly header: BackupHeader;
  readonly rows: ReadonlyMap<string, number>;
  /** Posts that waited when the backup was made, and may have been sent since. */
  readonly held: number;
}

/**
 * Puts a backup into a database, in one transaction: all of it or nothing. An older schema is brought up to date on the way. Throws
 * BackupError, MigrationError or OtherMarketError where the file or the database is not as it should be.
 */
export async function restoreDatabase(
  client: Client,
  chunks: AsyncIterable<Buffer>,
  options: RestoreDatabaseOptions,
): Promise<Restored> {
  const { replace, wasStopped, market, now, until, onTable } = options;
  await refuseUsed(client);
  await client.query(`begin; ${limits}; set local lock_timeout = '5s'`);
  try {
    const files = await readMigrations();
    let header: BackupHeader | undefined;
    const rows = await readBackup(chunks, {
      header: async (found) => {
        header = found;
        checkApplied(found.migrations, files, 'the backup');
        if (wasStopped && found.in_use)
          throw new BackupError('a server worked while this backup was made: --was-stopped does not apply');
        if (!replace) await refuseFull(client);
        const names = new Set(found.migrations.map(({ name }) => name));
        await client.query(`drop table if exists ${[...keptTables, 'migration'].join(', ')} cascade`);
        await applyMigrations(
          client,
          files.filter(({ name }) => names.has(name)),
        );
        // What migrations put into new tables.
        for (const table of ['meta', 'log_position', 'ingest_term'])
          if (await exists(client, table)) await client.query(`delete from ${table}`);
      },
      table: async (table, columns, data) => {
        const count = await load(client, table, columns, data);
        onTable?.(table, count);
        return count;
      },
    });
    await applyMigrations(client, files);
    await claimMarket(client, market);
    const held = wasStopped ? 0 : await holdPosts(client, { madeAt: header!.made_at, now, until });
    await client.query(`analyze ${keptTables.join(', ')}`);
    await client.query('commit');
    return { header: header!, rows, held };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function load(
  client: Client,
  table: string,
  columns: readonly string[],
  rows: AsyncIterable<Buffer>,
): Promise<number> {
  if (!(keptTables as readonly string[]).includes(table)) throw new BackupError(`it holds a table ${table}`);
  const into = client.query(
    copyFrom(`copy ${table} (${columns.map(quoted).join(', ')}) from stdin with (encoding 'UTF8')`),
  );
  try {
    await pipeline(rows, into);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    throw new BackupError(`the database does not take its ${table}: ${error.message}`, { cause: error });
  }
  return into.rowCount;
}

/** Another session of a server would write into what is restored, or post from it. */
async function refuseUsed(session: Queryable): Promise<void> {
  const name = await serverSession(session);
  if (name !== undefined)
    throw new BackupError(
      `a server works with this database (session "${name}"): stop all of its processes first`,
    );
}

async function refuseFull(session: Queryable): Promise<void> {
  for (const table of ['candle', 'decision', 'signal', 'shadow']) {
    if (!(await exists(session, table))) continue;
    const { rowCount } = await session.query(`select from ${table} limit 1`);
    if (rowCount !== 0)
      throw new BackupError(
        'the database is not empty: restore into an empty one, or remove what it holds with --replace',
      );
  }
}

async function exists(session: Queryable, table: string): Promise<boolean> {
  const { rows } = await session.query<{ found: string | null }>(`select to_regclass($1)::text as found`, [
    table,
  ]);
  return rows[0]!.found !== null;
}
