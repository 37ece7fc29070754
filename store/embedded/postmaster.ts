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
 * Whether the pid is the living server of this cluster. A pid file that outlived its server often names a stranger: containers count their
 * pids anew at each start, and a busy machine comes round to the same one within the hour. It may be another cluster's server, or a session of
 * it, which must not be taken for ours and stopped: the folder that it was started with tells.
 */
export async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  // Empty of one that has ended and was not yet asked for its exit code.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined) return namesFolder(command.split('\0'), cluster);
  const line = await run('ps', ['-o', 'args=', '-p', String(pid)]).catch(() => '');
  return line.includes('postgres') && line.includes(` -D ${cluster} `);
}

/** Sessions of a server call themselves otherwise. */
const namesFolder = (parameters: readonly string[], cluster: string): boolean =>
  parameters[0]!.endsWith('postgres') && parameters[parameters.indexOf('-D') + 1] === cluster;

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
