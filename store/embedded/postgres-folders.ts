import { createHash } from 'node:crypto';
import { chown, mkdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Identity } from './run.ts';

/** Longest path of a Unix socket in bytes: 107 on Linux, 103 on macOS. */
const maxSocketPath = 103;

export interface PostgresFolders {
  /** Ours alone; holds the other two and the logs. */
  readonly base: string;
  /** PGDATA. */
  readonly cluster: string;
  /** Short enough for a socket's path. */
  readonly sockets: string;
}

/** Where the databases of a server lie that runs as root. */
export const rootsFolder = '/var/lib/anso-vision';

/** In DATA_DIR: where root's database of it lies. */
const marker = 'database-folder.txt';
/** There: the DATA_DIR that it belongs to. */
const owner = 'data-dir.txt';

/**
 * Makes the folders of one DATA_DIR. As root everything lies under `rootFolder`, a folder for each DATA_DIR, since the
 * user `postgres` may not pass the folders above DATA_DIR; otherwise under DATA_DIR itself.
 */
export async function postgresFolders(
  dataDir: string,
  identity: Identity | undefined,
  rootFolder: string,
): Promise<PostgresFolders> {
  const base = await (identity === undefined
    ? postgresBase(dataDir, false, rootFolder)
    : claim(dataDir, rootFolder));
  await own(base, identity);
  const cluster = clusterOf(base);
  if (Buffer.byteLength(join(base, '.s.PGSQL.5432')) <= maxSocketPath)
    return { base, cluster, sockets: base };
  const sockets = `/tmp/anso-vision-${process.getuid?.() ?? 0}-${hashOf(resolve(dataDir))}`;
  await own(sockets, identity);
  return { base, cluster, sockets };
}

/**
 * Where the embedded database of a DATA_DIR lies. Root's is found by what is written in DATA_DIR, so that a folder is one whatever path
 * leads to it (a symbolic link, a bind mount, other letters where the file system folds them), and stays so when it is moved; a copy is
 * another one. Changes nothing.
 */
export async function postgresBase(dataDir: string, isRoot: boolean, rootFolder: string): Promise<string> {
  const absolute = resolve(dataDir);
  if (!isRoot) return join(absolute, 'postgres');
  const marked = await firstLine(join(absolute, marker));
  if (marked !== undefined && dirname(marked) === resolve(rootFolder) && (await belongs(marked, absolute)))
    return marked;
  const real = await realpath(absolute).catch(() => absolute);
  const byRealPath = join(rootFolder, hashOf(real));
  // Before DATA_DIR was marked, the path as it was written decided.
  const asWritten = join(rootFolder, hashOf(absolute));
  return (await isThere(byRealPath)) || !(await isThere(asWritten)) ? byRealPath : asWritten;
}

/** Root's folder of a DATA_DIR, each marked with the other. Of two starts at once the first decides. */
async function claim(dataDir: string, rootFolder: string): Promise<string> {
  const absolute = resolve(dataDir);
  await mkdir(rootFolder, { recursive: true, mode: 0o755 });
  await mkdir(absolute, { recursive: true, mode: 0o700 });
  const path = join(absolute, marker);
  for (;;) {
    const marked = await firstLine(path);
    const base = resolve(await postgresBase(dataDir, true, rootFolder));
    await mkdir(base, { recursive: true, mode: 0o700 });
    await writeFile(join(base, owner), `${await realpath(absolute)}\n`);
    if (marked === base) return base;
    // A copy of another DATA_DIR has brought its mark along.
    if (marked !== undefined) await rm(path, { force: true });
    try {
      await writeFile(path, `${base}\n`, { mode: 0o600, flag: 'wx' });
      return base;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Is this database the one of that DATA_DIR? Also where DATA_DIR was moved here. */
async function belongs(base: string, dataDir: string): Promise<boolean> {
  const named = await firstLine(join(base, owner));
  if (named === undefined) return false;
  const [one, other] = await Promise.all([identityOf(named), identityOf(dataDir)]);
  return one === undefined || one === other;
}

/** What makes a folder itself, by whatever path; undefined where there is none. */
const identityOf = (folder: string) =>
  stat(folder, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => undefined,
  );

const isThere = async (folder: string) => (await identityOf(folder)) !== undefined;

const firstLine = (path: string) =>
  readFile(path, 'utf8').then(
    (text) => text.split('\n', 1)[0],
    () => undefined,
  );

/** PGDATA of a database that lies in `base`. */
export const clusterOf = (base: string): string => join(base, '18');

const hashOf = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 12);

/** A folder that only its owner may enter; refuses one that somebody else has put there. */
async function own(folder: string, identity: Identity | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (identity !== undefined) await chown(folder, identity.uid, identity.gid);
  const { uid, mode } = await stat(folder);
  const owner = identity?.uid ?? process.getuid?.();
  if (uid !== owner || (mode & 0o077) !== 0) {
    throw new Error(
      `${folder} must belong to user ${owner} alone (mode 700), but it is of user ${uid}, mode ${(mode & 0o777).toString(8)}`,
    );
  }
}
