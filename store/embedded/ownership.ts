import { Client } from 'pg';
import { withTimeout } from '../with-timeout.ts';
import { databaseUser } from './postmaster.ts';

/** Any number that nobody else in this database takes: the letters "anso". */
const lockKey = 0x616e736f;
/** A server that hangs takes no goodbye, ms. */
const releaseMs = 500;

/** Another process of ours serves this DATA_DIR. The operator must stop it or choose another folder. */
export class DataDirInUseError extends Error {
  override name = 'DataDirInUseError';
  /** The process, as it called itself. */
  readonly pid: number | undefined;
  constructor(dataDir: string, holder: string) {
    const [, pid] = /pid (\d+)$/.exec(holder) ?? [];
    const who = `another server or command of Anso Vision${pid === undefined ? '' : `, process ${pid}`}`;
    super(
      `the folder ${dataDir} is in use by ${who}: stop it (a server: \`npm stop\`), or set another DATA_DIR`,
    );
    this.pid = pid === undefined ? undefined : Number(pid);
  }
}

export interface Ownership {
  /** False once the session that holds the lock is gone. */
  held(): boolean;
  release(): Promise<void>;
}

/**
 * Takes the one lock of a DATA_DIR: a session lock in its own database, which the kernel gives back when the holder dies, however
 * it dies. Waits a little for a dying holder. Throws DataDirInUseError.
 */
export async function takeOwnership(
  sockets: string,
  dataDir: string,
  patienceMs: number,
): Promise<Ownership> {
  const client = new Client({
    host: sockets,
    user: databaseUser,
    database: 'postgres',
    application_name: `anso-vision owner, pid ${process.pid}`,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  let held = false;
  client.on('error', () => (held = false));
  client.on('end', () => (held = false));
  await client.connect();
  const until = performance.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [
      lockKey,
    ]);
    if (rows[0]?.got) break;
    if (performance.now() > until) {
      const { rows: holders } = await client.query<{ application_name: string }>(
        `select application_name from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and objid = $1 and granted`,
        [lockKey],
      );
      await client.end();
      throw new DataDirInUseError(dataDir, holders[0]?.application_name ?? 'another process');
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  held = true;
  return {
    held: () => held,
    release: async () => {
      held = false;
      await withTimeout(releaseMs, client.end(), 'the session').catch(() => {});
    },
  };
}
