import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chown, chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { postgresUser } from '../../../store/embedded/postgres-user.ts';
import { temporaryFolder } from './database.ts';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';

/** Whether PgBouncer is installed; in CI its absence is a failure, not a reason to skip. */
export const hasPgBouncer = (() => {
  try {
    execFileSync('pgbouncer', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env['CI']) throw new Error('pgbouncer is needed in CI');
    return false;
  }
})();

export interface PgBouncer {
  /** Of the database behind it; with `search` as query. */
  readonly url: (search?: string) => string;
  dispose(): Promise<void>;
}

/** A real PgBouncer in front of a PostgreSQL. `ignores`: startup parameters that it drops instead of refusing. */
export async function pgBouncer(
  databaseUrl: string,
  {
    mode,
    ignores = '',
    poolSize = 20,
  }: { mode: 'session' | 'transaction'; ignores?: string; poolSize?: number },
): Promise<PgBouncer> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const { hostname, port: target, username, password, pathname } = new URL(databaseUrl);
  const identity = await postgresUser();
  const settings = join(folder.path, 'pgbouncer.ini');
  const users = join(folder.path, 'users.txt');
  await writeFile(users, `"${username}" "${password}"\n`);
  await writeFile(
    settings,
    `[databases]
* = host=${hostname} port=${target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = ${mode}
default_pool_size = ${poolSize}
max_client_conn = 200
ignore_startup_parameters = ${ignores}
`,
  );
  for (const path of [folder.path, settings, users])
    if (identity !== undefined) await chown(path, identity.uid, identity.gid);
  await chmod(folder.path, 0o755);
  const child: ChildProcess = spawn('pgbouncer', [settings], {
    stdio: 'ignore',
    ...(identity === undefined ? {} : { uid: identity.uid, gid: identity.gid }),
  });
  const url = (search = '') => `postgresql://${username}:${password}@127.0.0.1:${port}${pathname}${search}`;
  await until(async () => {
    const client = new Client({ connectionString: url() });
    client.on('error', () => {});
    return client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
  });
  return {
    url,
    dispose: async () => {
      const gone = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await gone;
      await folder.remove();
    },
  };
}
