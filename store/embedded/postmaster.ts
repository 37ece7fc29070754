import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { run } from './run.ts';

/** The content of `postmaster.pid`, about the server on a cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly sockets: string | undefined;
}

/** The server that the cluster's pid file names, whether it lives or not; undefined without a pid file. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return { pid, sockets: lines[4]?.trim() || undefined };
}

/**
 * Whether the pid is a living PostgreSQL: a pid file that outlived its server often names a stranger, since
 * containers count their pids anew at each start.
 */
export async function isLivingPostgres(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (status !== undefined) return status.includes('(postgres)') && !/\) [ZX] /.test(status);
  const name = await run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => '');
  return name.includes('postgres');
}

export const databaseUser = 'anso';

/** How the server behind a socket answers: `busy` while it starts or stops. */
export async function probe(sockets: string): Promise<'ready' | 'busy' | 'silent'> {
  const client = new Client({
    host: sockets,
    user: databaseUser,
    database: 'postgres',
    connectionTimeoutMillis: 2000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    return (error as { code?: string }).code === '57P03' ? 'busy' : 'silent';
  } finally {
    await client.end().catch(() => {});
  }
}
