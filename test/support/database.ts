import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { openStore, type Store, type StoreOptions } from '../../store/open-store.ts';

export const quiet = pino({ level: process.env['TEST_LOG'] ?? 'silent' });

/** A short folder under /tmp that is removed again. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join('/tmp', 'anso-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A store on an embedded PostgreSQL of its own, removed on close. */
export async function temporaryStore(
  over: Partial<StoreOptions> = {},
): Promise<{ store: Store; folder: string; dispose: () => Promise<void> }> {
  const folder = await temporaryFolder();
  // The user postgres must pass it.
  const { chmod } = await import('node:fs/promises');
  await chmod(folder.path, 0o755);
  const store = await openStore({
    dataDir: join(folder.path, 'data'),
    rootFolder: join(folder.path, 'lib'),
    log: quiet,
    now: Date.now,
    ...over,
  });
  return {
    store,
    folder: folder.path,
    dispose: async () => {
      await store.close();
      await folder.remove();
    },
  };
}
