import type { ClientConfig } from 'pg';
import { pino } from 'pino';
import { rootsFolder } from '../../store/embedded/postgres-folders.ts';
import { startEmbeddedPostgres } from '../../store/embedded-postgres.ts';

/** Starts the embedded database of a DATA_DIR for a while. Throws DataDirInUseError where a server works with it. */
export async function withEmbeddedDatabase<T>(
  dataDir: string,
  use: (connection: ClientConfig) => Promise<T>,
): Promise<T> {
  const database = await startEmbeddedPostgres({
    dataDir,
    rootFolder: rootsFolder,
    log: pino({ level: 'silent' }),
  });
  try {
    return await use(database.connection);
  } finally {
    await database.stop();
  }
}
