import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
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
