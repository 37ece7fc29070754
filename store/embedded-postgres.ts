import { spawn, type ChildProcess } from 'node:child_process';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { takeOwnership, type Ownership } from './embedded/ownership.ts';
import { postgresBinaries, type PostgresBinaries } from './embedded/postgres-binaries.ts';
import { postgresFolders, type PostgresFolders, rootsFolder } from './embedded/postgres-folders.ts';
import { postgresUser } from './embedded/postgres-user.ts';
import { databaseUser, isServerOf, probe, readPostmaster } from './embedded/postmaster.ts';
import { plainEnvironment, run, type Identity } from './embedded/run.ts';
import { serverSettings } from './embedded/server-settings.ts';
import { shutDown } from './embedded/shut-down.ts';
import type { Log } from './log.ts';

export interface EmbeddedPostgres {
  /** For `pg`: the socket's folder as host. */
  readonly connection: { host: string; user: string; database: string };
  /** Folder of cluster, socket and logs. */
  readonly folder: string;
  /** True where a server that outlived its last Node was taken over. */
  readonly adopted: boolean;
  /** Pid of the server, from its current pid file. */
  pid(): Promise<number | undefined>;
  /** Fast shutdown; after `patienceMs` an immediate one, from which it recovers by itself. */
  stop(patienceMs?: number): Promise<void>;
}

interface Cluster {
  readonly folders: PostgresFolders;
  readonly binaries: PostgresBinaries;
  readonly identity: Identity | undefined;
  readonly log: Log;
}

/**
 * Runs a real PostgreSQL for one DATA_DIR, detached and on a Unix socket alone. A server that a killed Node left behind
 * is adopted; one that dies while we live is started again. Throws DataDirInUseError where another process serves DATA_DIR.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  log: Log;
  /** Where data and programs lie when we are root. */
  rootFolder?: string;
}): Promise<EmbeddedPostgres> {
  const { dataDir, log, rootFolder = rootsFolder } = options;
  if (process.platform === 'win32') throw new Error('on Windows set DATABASE_URL');
  const identity = await postgresUser();
  const folders = await postgresFolders(dataDir, identity, rootFolder);
  if (identity !== undefined)
    log.info({ folder: folders.base }, 'running as root: the database runs as user postgres and lives here');
  const binaries = await postgresBinaries(identity, rootFolder, log);
  const cluster = { folders, binaries, identity, log };
  await initialise(cluster);
  const first = await ensureRunning(cluster);
  let ownership = await takeOwnership(first.sockets, dataDir, 3000);

  let stopping = false;
  let mending: Promise<void> | undefined;
  const mend = async () => {
    if (stopping || ownership.held()) return;
    const { sockets } = await ensureRunning(cluster);
    ownership = await reclaim(sockets, dataDir, ownership);
    log.warn({ sockets }, 'the embedded PostgreSQL had gone and is back');
  };
  const watch = setInterval(() => {
    if (stopping || ownership.held() || mending !== undefined) return;
    mending = mend()
      .catch((error: unknown) => log.error({ err: error }, 'the embedded PostgreSQL is away'))
      .finally(() => (mending = undefined));
  }, 250);
  watch.unref();

  return {
    connection: { host: first.sockets, user: databaseUser, database: 'postgres' },
    folder: folders.base,
    adopted: first.adopted,
    pid: async () => (await readPostmaster(folders.cluster))?.pid,
    stop: async (patienceMs = 3500) => {
      if (stopping) return;
      stopping = true;
      clearInterval(watch);
      await mending;
      await ownership.release();
      const left = await shutDown(folders.cluster, patienceMs);
      if (left !== undefined)
        log.warn(
          { pid: left },
          'the embedded PostgreSQL hangs and was left behind: the next start adopts it',
        );
    },
  };
}

async function reclaim(sockets: string, dataDir: string, old: Ownership): Promise<Ownership> {
  await old.release();
  return takeOwnership(sockets, dataDir, 3000);
}

/** Creates the cluster beside its place and moves it there whole, so that neither a crash nor a second start leaves half of one. */
async function initialise({ folders, binaries, identity, log }: Cluster): Promise<void> {
  const version = await readFile(join(folders.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) return;
  for (const name of await readdir(folders.base)) {
    const maker = /^18\.new-(\d+)$/.exec(name)?.[1];
    if (maker !== undefined && !isAlive(Number(maker)))
      await rm(join(folders.base, name), { recursive: true, force: true });
  }
  const fresh = join(folders.base, `18.new-${process.pid}`);
  await rm(fresh, { recursive: true, force: true });
  const begun = performance.now();
  await run(
    binaries.initdb,
    [
      `--pgdata=${fresh}`,
      `--username=${databaseUser}`,
      '--auth-local=trust',
      '--auth-host=reject',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    { identity, cwd: folders.base },
  );
  await rename(fresh, folders.cluster).catch(async (error: NodeJS.ErrnoException) => {
    await rm(fresh, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  log.info({ folder: folders.cluster, ms: Math.round(performance.now() - begun) }, 'created the database');
}

/** Brings the cluster's server to answer: adopts a living one, waits for one that starts or dies, clears what a dead one left. */
async function ensureRunning(cluster: Cluster): Promise<{ sockets: string; adopted: boolean }> {
  const { folders, log } = cluster;
  const until = performance.now() + 60_000;
  let child: ChildProcess | undefined;
  let starts = 0;
  for (;;) {
    const found = await readPostmaster(folders.cluster);
    const ours = child !== undefined && child.exitCode === null && child.signalCode === null;
    if (found !== undefined && (await isServerOf(folders.cluster, found.pid))) {
      if (found.sockets !== undefined && (await probe(found.sockets)) === 'ready') {
        const adopted = !ours;
        if (adopted) log.info({ pid: found.pid }, 'adopted the PostgreSQL that was still running');
        return { sockets: found.sockets, adopted };
      }
    } else if (!ours) {
      // Readable for a moment only: a server that is just creating its pid file is caught by its own check.
      if (found !== undefined) await rm(join(folders.cluster, 'postmaster.pid'), { force: true });
      if (starts > 0 && performance.now() > until) break;
      starts += 1;
      if (starts > 1) await pause(Math.min(100 * starts, 1000));
      child = await launch(cluster);
    }
    if (performance.now() > until) break;
    await pause(20);
  }
  const output = await readFile(join(folders.base, 'start.log'), 'utf8').catch(() => '');
  throw new Error(`PostgreSQL did not start in ${folders.cluster} within 60 s: ${output.trim().slice(-800)}`);
}

/** Detached: in a session of its own, so that Ctrl+C in our terminal does not reach it before our own shutdown. */
async function launch({ folders, binaries, identity }: Cluster): Promise<ChildProcess> {
  const output = await open(join(folders.base, 'start.log'), 'w', 0o600);
  const child = spawn(binaries.postgres, ['-D', folders.cluster, ...serverSettings(folders.sockets)], {
    ...identity,
    cwd: folders.base,
    env: plainEnvironment,
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
  });
  child.on('error', () => {});
  child.unref();
  await output.close();
  return child;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
