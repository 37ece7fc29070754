import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { plainShell } from '../support/plain-shell.ts';
import { type DataFolder, dataFolder, type RunningServer, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/services/database.ts';

const root = join(import.meta.dirname, '../..');
let folder: DataFolder;
let other: DataFolder;
/** Without a `.env`; backups lie here too. */
let cwd: Awaited<ReturnType<typeof temporaryFolder>>;
let server: RunningServer | undefined;
beforeAll(async () => {
  cwd = await temporaryFolder();
  folder = await dataFolder();
  other = await dataFolder();
});
afterEach(() => server?.process.kill('SIGKILL'));
afterAll(async () => {
  await folder.remove();
  await other.remove();
  await cwd.remove();
});

const run = (dataDir: string, name: string, ...args: string[]) => runWith({}, dataDir, name, ...args);

const runWith = (more: Record<string, string>, dataDir: string, name: string, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    execFile(
      process.execPath,
      [join(root, 'cli', name), ...args],
      { cwd: cwd.path, env: { ...plainShell(), DATA_DIR: dataDir, ...more } },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });

/** Its reader has gone, as `head` goes. */
async function runUnheard(dataDir: string, name: string, ...args: string[]) {
  const env = { ...plainShell(), DATA_DIR: dataDir };
  const program = spawn(process.execPath, [join(root, 'cli', name), ...args], { cwd: cwd.path, env });
  program.stdout.destroy();
  let err = '';
  program.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(program, 'close')) as [number];
  return { code, err };
}

interface Candles {
  readonly candles: readonly { readonly time: number }[];
}

describe('npm run backup and restore', () => {
  it('take a running server to another folder, and leave no file by halves', async () => {
    server = await startServer({ DATA_DIR: folder.path });
    const made = await run(folder.path, 'backup.ts');
    expect(made).toMatchObject({ code: 0, err: '' });
    const [name] = await readdir(join(cwd.path, 'backups'));
    expect(name).toMatch(/^anso-vision-\d{4}-\d\d-\d\dT\d{9}Z\.gz$/);
    const file = join(cwd.path, 'backups', name!);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await run(folder.path, 'backup.ts', file)).toMatchObject({
      code: 1,
      err: `${file} is there already: name another file\n`,
    });

    const unheard = join(cwd.path, 'unheard.gz');
    expect(await runUnheard(folder.path, 'backup.ts', unheard)).toEqual({ code: 0, err: '' });
    expect((await run(folder.path, 'restore.ts', unheard, '--check')).code).toBe(0);

    const refused = await run(folder.path, 'restore.ts', file, '--replace');
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^the folder .* is in use by .*: stop it/);
    const before = await server.get<Candles>('/candles/BTCUSD?interval=1min&outputsize=250');
    expect(await server.stop()).toBe(0);

    const cut = join(cwd.path, 'cut.gz');
    const bytes = await readFile(file);
    await writeFile(cut, bytes.subarray(0, bytes.length / 2));
    for (const args of [[cut], [cut, '--check']])
      expect(await run(other.path, 'restore.ts', ...args)).toMatchObject({
        code: 65,
        err: `${cut}: it is cut off. Nothing was changed.\n`,
      });
    await writeFile(cut, 'time,open,high,low,close\n');
    expect((await run(other.path, 'restore.ts', cut)).err).toBe(
      `${cut} is no backup, or damaged. Nothing was changed.\n`,
    );
    expect(await run(other.path, 'restore.ts', file, '--check')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\ncandle +[\d,]+ rows\n[^]*\nthe file is whole\n$/),
    });

    // A live server takes no prices of the demo.
    expect(await runWith({ TWELVEDATA_API_KEY: 'abc' }, other.path, 'restore.ts', file)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^\S+ was made by the other kind of server: .*\. Nothing was changed\.\n$/),
    });
    expect(await run(other.path, 'restore.ts', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\nrestored, as of .*\n[^]*look at the platform/),
    });
    const again = await run(other.path, 'restore.ts', file);
    expect(again).toMatchObject({ code: 65, err: expect.stringMatching(/not empty.*--replace/) });
    server = await startServer({ DATA_DIR: other.path });
    const after = await server.get<Candles>('/candles/BTCUSD?interval=1min&outputsize=250');
    const times = new Set(after.candles.map(({ time }) => time));
    expect(before.candles.length).toBeGreaterThan(200);
    // The last ones may have closed since the backup.
    for (const { time } of before.candles.slice(20, -3)) expect(times.has(time)).toBe(true);
    expect(await server.stop()).toBe(0);

    const stopped = join(cwd.path, 'stopped.gz');
    expect((await run(other.path, 'backup.ts', stopped)).code).toBe(0);
    expect((await run(folder.path, 'restore.ts', stopped, '--replace', '--was-stopped')).code).toBe(0);
  });
});
