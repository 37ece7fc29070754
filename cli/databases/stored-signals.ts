import { Pool } from 'pg';
import { pino } from 'pino';
import type { Config } from '../../config.ts';
import { rootsFolder } from '../../store/embedded/postgres-folders.ts';
import { openStore } from '../../store/open-store.ts';
import { signalsTable, type SignalsTable } from '../../store/signals-table.ts';
import { machineClock } from '../../streams/clock/machine-clock.ts';
import { runningDatabase } from './running-database.ts';

/**
 * Lends the stored signals to a command, to read: those of DATABASE_URL, of the embedded server that a running service keeps, which goes
 * on undisturbed, or of the one in DATA_DIR, started for the while. Throws where DATA_DIR holds no database.
 */
export async function withStoredSignals<T>(
  config: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
  use: (signals: Pick<SignalsTable, 'get' | 'window'>) => Promise<T>,
  rootFolder = rootsFolder,
): Promise<T> {
  const running = await runningDatabase(config, rootFolder);
  if (running !== undefined) return withPool(new Pool({ ...running, max: 1 }), use);
  const store = await openStore({
    dataDir: config.DATA_DIR,
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
