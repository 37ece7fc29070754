import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { PoolConfig } from 'pg';
import type { Config } from '../../config.ts';
import { databaseConfig } from '../../store/connect/database-config.ts';
import { clusterOf, postgresBase } from '../../store/embedded/postgres-folders.ts';
import { databaseUser, probe, readPostmaster } from '../../store/embedded/postmaster.ts';
import { CommandError } from '../command.ts';

/**
 * Where the configured database answers: that of DATABASE_URL, or the embedded one that a running server keeps. Undefined where the
 * embedded one has to be started. Throws CommandError where DATA_DIR holds no database.
 */
export async function runningDatabase(
  { DATABASE_URL, DATA_DIR }: Pick<Config, 'DATABASE_URL' | 'DATA_DIR'>,
  rootFolder: string,
): Promise<PoolConfig | undefined> {
  if (DATABASE_URL !== undefined) return databaseConfig(DATABASE_URL.reveal());
  const cluster = clusterOf(await postgresBase(DATA_DIR, process.getuid?.() === 0, rootFolder));
  await access(join(cluster, 'PG_VERSION')).catch(() => {
    throw new CommandError(
      `there is no database in DATA_DIR ${DATA_DIR} yet: the first start of the server makes it; is DATA_DIR right?`,
    );
  });
  const sockets = (await readPostmaster(cluster))?.sockets;
  return sockets !== undefined && (await probe(sockets)) === 'ready'
    ? { host: sockets, user: databaseUser, database: 'postgres' }
    : undefined;
}
