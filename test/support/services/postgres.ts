import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { postgresBinaries } from '../../../store/embedded/postgres-binaries.ts';
import { postgresUser } from '../../../store/embedded/postgres-user.ts';
import { plainEnvironment, run } from '../../../store/embedded/run.ts';
import { quiet } from './database.ts';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';

export interface PostgresProcess {
  readonly url: string;
  /** Starts it and waits until it answers. */
  start(): Promise<void>;
  /** Ends it, or with SIGSTOP and SIGCONT freezes and thaws it with all its sessions. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** A standby that follows it by streaming, not yet started. Only while this one is stopped, in order. */
  standby(): Promise<PostgresProcess>;
  dispose(): Promise<void>;
}

/** A PostgreSQL of our own on a free loopback port, reached with a password, not yet started; keeps its data over restarts, in a folder of `within`. */
export async function postgresProcess(password: string, { within = '/tmp' } = {}): Promise<PostgresProcess> {
  const identity = await postgresUser();
  const binaries = await postgresBinaries(identity, '/var/lib/anso-vision', quiet);
  const folder = await mkdtemp(join(within, 'anso-pg-'));
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password);
  if (identity !== undefined)
    for (const path of [folder, passwordFile]) await chown(path, identity.uid, identity.gid);
  await chmod(folder, 0o700);
  const cluster = join(folder, 'data');
  await run(
    binaries.initdb,
    [
      `--pgdata=${cluster}`,
      '--username=anso',
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
    ],
    { identity, cwd: folder },
  );
  return serverOf({ password, within, identity, folder, binaries });
}

interface Cluster {
  readonly password: string;
  readonly within: string;
  readonly identity: Awaited<ReturnType<typeof postgresUser>>;
  readonly folder: string;
  readonly binaries: Awaited<ReturnType<typeof postgresBinaries>>;
}

async function serverOf(made: Cluster): Promise<PostgresProcess> {
  const { password, within, identity, folder, binaries } = made;
  const cluster = join(folder, 'data');
  const port = await freePort();
  const url = `postgresql://anso:${password}@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;
  const kill = async (signal: NodeJS.Signals) => {
    if (server === undefined) return;
    const pid = server.pid!;
    const gone = once(server, 'exit');
    process.kill(pid, signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') {
      for (const session of await childrenOf(pid)) killIfThere(session, signal);
      return;
    }
    await gone;
    server = undefined;
  };
  return {
    url,
    kill,
    async standby() {
      const other = await mkdtemp(join(within, 'anso-pg-'));
      await run('/bin/cp', ['-a', `${folder}/.`, other], { cwd: '/' });
      const ours = join(other, 'data');
      await writeFile(join(ours, 'standby.signal'), '');
      await appendFile(
        join(ours, 'postgresql.auto.conf'),
        `primary_conninfo = 'host=127.0.0.1 port=${port} user=anso password=${password}'\n`,
      );
      return serverOf({ ...made, folder: other });
    },
    async start() {
      server = spawn(
        binaries.postgres,
        ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'shared_buffers=32MB'],
        { ...identity, cwd: folder, env: plainEnvironment, detached: true, stdio: 'ignore' },
      );
      await until(async () => {
        const client = new Client({ connectionString: url });
        client.on('error', () => {});
        return client.connect().then(
          () => client.end().then(() => true),
          () => false,
        );
      }, 20_000);
    },
    async dispose() {
      await kill('SIGCONT');
      await kill('SIGQUIT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A session may have ended since it was listed. */
export function killIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Sessions and helpers of a server, by its pid; none where it is gone. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}
