import { execFile, spawn } from 'node:child_process';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keptFolders } from '../../cli/databases/kept-folders.ts';
import { isServerOf } from '../../store/embedded/postmaster.ts';
import { given } from '../support/needs.ts';
import { plainShell } from '../support/plain-shell.ts';
import { type DataFolder, dataFolder, type RunningServer, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/services/database.ts';
import { until } from '../support/until.ts';

const root = join(import.meta.dirname, '../..');
const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

let folder: DataFolder;
let server: RunningServer | undefined;
let cwd: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  // Without a `.env`.
  cwd = await temporaryFolder();
  folder = await dataFolder();
});
afterEach(() => server?.process.kill('SIGKILL'));
afterAll(async () => {
  await folder.remove();
  await cwd.remove();
});

const environment = (more: Record<string, string> = {}) => ({
  ...plainShell(),
  DATA_DIR: folder.path,
  ...more,
});
const run = (name: string, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(
      process.execPath,
      [join(root, 'cli', name), ...args],
      { cwd: cwd.path, env: environment() },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
/** Answers the question of a terminal. */
const runInTerminal = (name: string, answer: string) =>
  new Promise<{ code: number | null; out: string }>((done) => {
    const line = `${process.execPath} ${join(root, 'cli', name)}`;
    const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: cwd.path, env: environment() });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const isAsked = out.includes('Type yes');
      out += chunk.toString();
      if (!isAsked && out.includes('Type yes')) child.stdin.write(`${answer}\n`);
    });
    child.on('exit', (code) => done({ code, out }));
  });

const start = async () => {
  server = await startServer({ DATA_DIR: folder.path, API_KEYS: '' });
  return server;
};
/** The pid of the demo's PostgreSQL, and where its files lie. */
const database = async (running: RunningServer) => {
  const demo = join(folder.path, 'demo');
  const marked = await readFile(join(demo, 'database-folder.txt'), 'utf8').catch(() =>
    join(demo, 'postgres'),
  );
  const base = marked.trim();
  const [pid] = (await readFile(join(base, '18/postmaster.pid'), 'utf8')).split('\n');
  return { base, pid: Number(pid), server: running.process.pid! };
};
const kill = async (running: RunningServer) => {
  const { pid, base } = await database(running);
  await running.stop('SIGKILL');
  expect(await isServerOf(join(base, '18'), pid)).toBe(true);
  return { pid, base };
};

describe('npm stop', () => {
  it('ends the PostgreSQL that a killed server left behind, and nothing after that', async () => {
    const { pid, base } = await kill(await start());
    const ended = await run('stop.ts');
    expect([ended.code, ended.err, ended.out]).toEqual([
      0,
      '',
      expect.stringContaining(`left running, pid ${pid}`),
    ]);
    expect(await isServerOf(join(base, '18'), pid)).toBe(false);
    expect(await run('stop.ts')).toEqual({ code: 0, err: '', out: `nothing runs in ${folder.path}\n` });
  });

  it('stops a server in order, with its PostgreSQL', async () => {
    const running = await start();
    const { pid, base } = await database(running);
    const stopped = await run('stop.ts');
    expect(stopped).toEqual({ code: 0, err: '', out: expect.stringContaining(`pid ${running.process.pid}`) });
    await until(() => running.process.exitCode !== null);
    expect([running.process.exitCode, running.log.at(-1)?.msg]).toEqual([0, 'stopped']);
    expect(await isServerOf(join(base, '18'), pid)).toBe(false);
  });
});

describe('npm run reset', () => {
  it('refuses while a server works with the folder', async () => {
    const running = await start();
    const refused = await run('reset.ts', '--yes');
    expect([refused.code, refused.err]).toEqual([
      1,
      `a server works with ${join(folder.path, 'demo')} (pid ${running.process.pid}): stop it first, \`npm stop\` does\n`,
    ]);
    expect(await running.get('/ready')).toMatchObject({ ready: true });
    expect((await readdir(folder.path)).sort()).toEqual(['api-key', 'demo']);
    await running.stop();
  });

  it(
    'asks a terminal, and removes nothing where nobody says yes',
    given('script', process.platform === 'linux'),
    async () => {
      const { code, out } = await runInTerminal('reset.ts', 'no');
      expect([code, out]).toEqual([
        1,
        expect.stringMatching(/removed for good:[^]*api-key[^]*nothing was removed/),
      ]);
      const unasked = await run('reset.ts');
      expect([unasked.code, unasked.err]).toEqual([1, expect.stringContaining('--yes')]);
      expect((await readdir(folder.path)).sort()).toEqual(['api-key', 'demo']);
    },
  );

  it('ends what a killed server left, and removes its folder, root’s too', async () => {
    const { pid, base } = await kill(await start());
    const done = await run('reset.ts', '--yes');
    expect([done.code, done.err]).toEqual([0, '']);
    expect(done.out).toContain(base);
    expect(await isServerOf(join(base, '18'), pid)).toBe(false);
    expect([await exists(folder.path), await exists(base)]).toEqual([false, false]);
    expect(await run('reset.ts', '--yes')).toEqual({
      code: 0,
      err: '',
      out: `there is nothing to remove in ${folder.path}\n`,
    });
  });
});

describe('keptFolders', () => {
  const names = async (demo: boolean) => {
    const kept = await keptFolders({ baseDir: join(cwd.path, 'kept'), demo });
    return kept.flatMap(({ paths }) => paths).map((path) => path.slice(cwd.path.length + 6));
  };
  it('is of this server alone, and of the demo where live data lie beside it', async () => {
    const kept = join(cwd.path, 'kept');
    await mkdir(join(kept, 'demo/ticks'), { recursive: true });
    // A folder of somebody else's, and what no reset takes away.
    for (const name of ['postgres', 'history']) await mkdir(join(kept, name));
    for (const name of ['api-key', 'notes.txt', 'demo/mine.txt', 'demo/calendar.json', 'postgres/dump.sql'])
      await writeFile(join(kept, name), '');
    expect(await names(true)).toEqual(['demo/calendar.json', 'demo/ticks', 'api-key']);
    await mkdir(join(kept, 'ticks'));
    expect(await names(true)).toEqual(['demo/calendar.json', 'demo/ticks']);
    expect(await names(false)).toEqual(['demo/calendar.json', 'demo/ticks', 'api-key', 'ticks']);
  });
});
