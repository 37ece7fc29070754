import { DataDirInUseError, takeOwnership } from './ownership.ts';
import { clusterOf, postgresBase, rootsFolder } from './postgres-folders.ts';
import { isServerOf, probe, readPostmaster } from './postmaster.ts';
import { shutDown } from './shut-down.ts';

/** What works in the embedded database of a DATA_DIR. */
export type Occupant =
  | { readonly kind: 'nobody' }
  /** `pid`: as the server called itself, undefined where it has not. */
  | { readonly kind: 'server'; readonly pid: number | undefined }
  /** A PostgreSQL that outlived its server. Nobody can start with it before `end` or `leave`; `end` tells whether it is gone. */
  | {
      readonly kind: 'postgres';
      readonly pid: number;
      readonly end: () => Promise<boolean>;
      readonly leave: () => Promise<void>;
    };

/** How long a PostgreSQL may take to start or stop, and a dying server to let go of its own, ms. */
const settleMs = 10_000;
const letGoMs = 1_000;
const shutDownMs = 10_000;

/** Looks who works in the database of a DATA_DIR. Throws where its PostgreSQL lives and does not answer: nobody can tell then. */
export async function occupantOf(dataDir: string): Promise<Occupant> {
  const base = await postgresBase(dataDir, process.getuid?.() === 0, rootsFolder);
  const cluster = clusterOf(base);
  const until = performance.now() + settleMs;
  for (;;) {
    const found = await readPostmaster(cluster);
    if (found === undefined || !(await isServerOf(cluster, found.pid))) return { kind: 'nobody' };
    if (found.sockets !== undefined && (await probe(found.sockets)) === 'ready')
      return whoOwns(dataDir, cluster, { pid: found.pid, sockets: found.sockets });
    if (performance.now() > until)
      throw new Error(
        `the PostgreSQL of ${dataDir}, pid ${found.pid}, does not answer: end it by \`kill ${found.pid}\`, or wait`,
      );
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function whoOwns(
  dataDir: string,
  cluster: string,
  { pid, sockets }: { pid: number; sockets: string },
): Promise<Occupant> {
  try {
    const ownership = await takeOwnership(sockets, dataDir, letGoMs);
    return {
      kind: 'postgres',
      pid,
      leave: () => ownership.release(),
      end: async () => {
        const left = await shutDown(cluster, shutDownMs);
        await ownership.release();
        return left === undefined;
      },
    };
  } catch (error) {
    if (error instanceof DataDirInUseError) return { kind: 'server', pid: error.pid };
    throw error;
  }
}
