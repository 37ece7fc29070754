import { chmod, copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { pino } from 'pino';
import { startEmbeddedPostgres } from '../../../store/embedded-postgres.ts';
import { openStore, type Store, type StoreOptions } from '../../../store/open-store.ts';

export const quiet = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

/** A short folder under /tmp that is removed again. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(process.env['TEST_FOLDER'] ?? '/tmp', 'anso-'));
  // The user postgres must pass it.
  await chmod(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A store on an embedded PostgreSQL of its own, removed on close. */
export async function temporaryStore(
  over: Partial<StoreOptions> = {},
): Promise<{ store: Store; folder: string; dispose: () => Promise<void> }> {
  const folder = await temporaryFolder();
  const store = await temporaryStoreAt(folder.path, over);
  return {
    store,
    folder: folder.path,
    dispose: async () => {
      await store.close();
      await folder.remove();
    },
  };
}

/** A store whose embedded PostgreSQL lies whole in `folder`, with a term to write under. */
export async function temporaryStoreAt(folder: string, over: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({
    dataDir: join(folder, 'data'),
    rootFolder: join(folder, 'lib'),
    log: quiet,
    now: Date.now,
    ...over,
  });
  await store.term.take('a test');
  return store;
}

/** An embedded PostgreSQL without our tables, for tests of migrations. */
export async function emptyDatabase(): Promise<{ pool: Pool; folder: string; dispose: () => Promise<void> }> {
  const folder = await temporaryFolder();
  const database = await startEmbeddedPostgres({
    dataDir: join(folder.path, 'data'),
    rootFolder: join(folder.path, 'lib'),
    log: quiet,
  });
  const pool = new Pool(database.connection);
  // The server's goodbye may reach a connection that is being closed.
  pool.on('error', () => {});
  return {
    pool,
    folder: folder.path,
    dispose: async () => {
      await pool.end();
      await database.stop();
      await folder.remove();
    },
  };
}

/** The store on such a database, which brings it up to date. Whoever opens it closes it. */
export function storeOn({ pool, folder }: { readonly pool: Pool; readonly folder: string }): Promise<Store> {
  const { host, user } = pool.options;
  return openStore({
    dataDir: folder,
    databaseUrl: `postgresql:///postgres?host=${host}&user=${user}`,
    log: quiet,
    now: Date.now,
  });
}

/** Copies the migrations whose names match into a new folder below `folder`, as a database of before has them. */
export async function migrationsOfBefore(folder: string, names: RegExp): Promise<string> {
  const before = join(folder, 'before');
  await mkdir(before, { recursive: true });
  for (const name of await readdir(migrations))
    if (names.test(name)) await copyFile(join(migrations, name), join(before, name));
  return before;
}

export const migrations = join(import.meta.dirname, '../../../store/migrations');
