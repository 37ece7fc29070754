import { createHash } from 'node:crypto';
import { chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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

/**
 * Makes the folders of one DATA_DIR. As root everything lies under `rootFolder`, a folder per absolute DATA_DIR, since the
 * user `postgres` may not pass the folders above DATA_DIR; otherwise under DATA_DIR itself.
 */
export async function postgresFolders(
  dataDir: string,
  identity: Identity | undefined,
  rootFolder: string,
): Promise<PostgresFolders> {
  const absolute = resolve(dataDir);
  const base = postgresBase(dataDir, identity !== undefined, rootFolder);
  if (identity !== undefined) await mkdir(rootFolder, { recursive: true, mode: 0o755 });
  await own(base, identity);
  if (identity !== undefined) await writeFile(join(base, 'data-dir.txt'), `${absolute}\n`);
  const cluster = clusterOf(base);
  if (Buffer.byteLength(join(base, '.s.PGSQL.5432')) <= maxSocketPath)
    return { base, cluster, sockets: base };
  const sockets = `/tmp/anso-vision-${process.getuid?.() ?? 0}-${hashOf(absolute)}`;
  await own(sockets, identity);
  return { base, cluster, sockets };
}

/** Where the embedded database of a DATA_DIR lies. */
export function postgresBase(dataDir: string, isRoot: boolean, rootFolder: string): string {
  const absolute = resolve(dataDir);
  return isRoot ? join(rootFolder, hashOf(absolute)) : join(absolute, 'postgres');
}

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
