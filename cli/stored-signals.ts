import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { pino } from 'pino';
import type { Config } from '../config.ts';
import { postgresFolders } from '../store/embedded/postgres-folders.ts';
import { postgresUser } from '../store/embedded/postgres-user.ts';
import { databaseUser, probe, readPostmaster } from '../store/embedded/postmaster.ts';
import { openStore } from '../store/open-store.ts';
import { signalsTable, type SignalsTable } from '../store/signals-table.ts';
import { machineClock } from '../streams/clock/machine-clock.ts';
import { CommandError } from './command.ts';

/**
 * Lends the stored signals to a command, to read: those of DATABASE_URL, of the embedded server that a running service keeps, which goes
 * on undisturbed, or of the one in DATA_DIR, started for the while. Throws where DATA_DIR holds no database.
 */
export async function withStoredSignals<T>(
  { DATABASE_URL, DATA_DIR }: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
  use: (signals: Pick<SignalsTable, 'get' | 'window'>) => Promise<T>,
  rootFolder = '/var/lib/anso-vision',
): Promise<T> {
  if (DATABASE_URL !== undefined)
    return withPool(new Pool({ connectionString: DATABASE_URL.reveal(), max: 1 }), use);
  const { cluster } = await postgresFolders(DATA_DIR, await postgresUser(), rootFolder);
  await access(join(cluster, 'PG_VERSION')).catch(() => {
    throw new CommandError(`there is no database in DATA_DIR ${DATA_DIR} yet`);
  });
  const sockets = (await readPostmaster(cluster))?.sockets;
  if (sockets !== undefined && (await probe(sockets)) === 'ready')
    return withPool(new Pool({ host: sockets, user: databaseUser, database: 'postgres', max: 1 }), use);
  const store = await openStore({
    dataDir: DATA_DIR,
    rootFolder,
    log: pino({ level: 'silent' }),
    now: machineClock.wallNow,
  });
  try {
    return await use(store.signals);
  } finally {
    await store.close();
  }
}

async function withPool<T>(
  pool: Pool,
  use: (signals: Pick<SignalsTable, 'get' | 'window'>) => Promise<T>,
): Promise<T> {
  try {
    return await use(signalsTable(pool));
  } finally {
    await pool.end();
  }
}
