import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { compiled } from '../support/compiled.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

const root = join(import.meta.dirname, '../..');
const run = (file: string, ...args: string[]) => runWith({}, file, ...args);
const runWith = (variables: Record<string, string>, file: string, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const env = {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: compiled,
      DATA_DIR: join(folder, 'data'),
      ...variables,
    };
    execFile(
      process.execPath,
      [join(root, file), ...args],
      { cwd: folder, env, timeout: 120_000 },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
const stack = /\n\s+at /;

/** Every command of package.json that runs a file of ours, the developers' too. */
const commands = Object.values(packageJson.scripts)
  .map((script) => /^(?:exec )?node ([\w/-]+\.ts)$/.exec(script)?.[1])
  .filter((file) => file !== undefined);

describe('every command', () => {
  it('is known here', () => expect(commands.length).toBeGreaterThan(16));

  it.each(commands)('knows --help: %s', async (file) => {
    for (const flag of ['--help', '-h']) {
      const { code, out, err } = await run(file, flag);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: npm (?:start|stop|run [\w:-]+)/);
    }
  });

  it.each(commands)('says so where it does not know an option: %s', async (file) => {
    const { code, out, err } = await run(file, '--no-such-option');
    expect([code, out]).toEqual([64, '']);
    // One sentence of ours, then the usage.
    expect(err).toMatch(/^(?:there is no option|no date is called) --no-such-option\n+Usage: /);
  });
});

describe('what is typed wrongly or not there', () => {
  it.each<[number, string, ...string[]]>([
    [66, 'there is no such file', 'cli/backtest.ts', '--candles', 'none.csv', '--symbol', 'X'],
    [66, '.: is a folder', 'cli/backtest.ts', '--candles', '.', '--symbol', 'X'],
    [
      66,
      'nowhere: there is no such file or folder',
      'cli/backtest.ts',
      '--candles',
      'bad.csv',
      '--symbol',
      'X',
      '--trades',
      'nowhere/trades.csv',
    ],
    [
      65,
      'bad.csv: line 1 (time,open) has not the five cells',
      'cli/backtest.ts',
      '--candles',
      'bad.csv',
      '--symbol',
      'X',
    ],
    [64, '--candles and --symbol are needed, or --history', 'cli/backtest.ts'],
    [64, 'not more', 'cli/backtest.ts', '--candles', 'bad.csv', '--history', 'X'],
    [
      64,
      '--from and --to need --history',
      'cli/backtest.ts',
      '--candles',
      'x',
      '--symbol',
      'X',
      '--to',
      '2024-01-01',
    ],
    [65, 'there is no history of X: npm run history', 'cli/backtest.ts', '--history', 'X'],
    [
      64,
      '--timeframe 7min: one of 1min',
      'cli/backtest.ts',
      '--candles',
      'x',
      '--symbol',
      'X',
      '--timeframe',
      '7min',
    ],
    [64, '--check takes no value\n\nUsage', 'cli/restore.ts', 'x', '--check=yes'],
    [64, '--send-test needs a value (one', 'cli/doctor.ts', '--send-test'],
    [64, '--min-expected-r needs a value (one', 'cli/backtest.ts', '--min-expected-r', '-0.1'],
    [64, '--cost-bps x: a number', 'cli/backtest.ts', '--candles', 'x', '--symbol', 'X', '--cost-bps', 'x'],
    [66, 'there is no such file', 'cli/audit-lookahead.ts', '--candles', 'none.csv'],
    [66, 'there is no such file', 'cli/backtest-charts.ts', '.', 'none.json'],
    [66, 'nowhere: there is no such', 'cli/backtest-charts.ts', 'nowhere', 'bad.json'],
    [65, 'bad.csv is no report', 'cli/backtest-charts.ts', '.', 'bad.csv'],
    [65, 'bad.json is no report', 'cli/backtest-charts.ts', '.', 'bad.json'],
    [66, ': is a folder', 'cli/restore.ts', '.'],
    [64, '--url: a URL beginning with http', 'cli/login.ts', '--url', 'nonsense'],
    [64, 'an argument is missing', 'cli/backtest-charts.ts'],
    [64, 'an argument is missing', 'cli/explain.ts'],
    [1, 'there is no database in DATA_DIR', 'cli/explain.ts', 'some-id'],
    [66, 'there is no recording in', 'cli/replay.ts'],
    [64, '--format xml: jsonl or csv', 'cli/replay.ts', '--format', 'xml'],
    [64, '--port x: a whole number', 'cli/simulator.ts', '--port', 'x'],
    [64, '--speed 0: a number above 0', 'cli/simulator.ts', '--speed', '0'],
  ])('ends with %i and a sentence: %s', async (expected, sentence, file, ...args) => {
    await writeFile(join(folder, 'bad.csv'), 'time,open\nx,y\n');
    await writeFile(join(folder, 'bad.json'), '{}');
    const { code, err } = await run(file, ...args);
    expect(err).toContain(sentence);
    expect(err).not.toMatch(stack);
    expect(code).toBe(expected);
  });

  it.each<[number, string, Record<string, string>, string, ...string[]]>([
    [
      1,
      'the database does not answer (connect ECONNREFUSED 127.0.0.1:1): start it, or correct DATABASE_URL',
      { DATABASE_URL: 'postgres://a:canary@127.0.0.1:1/a' },
      'cli/explain.ts',
      'some-id',
    ],
    [78, 'taken is a file, a folder is needed', { DATA_DIR: 'taken' }, 'cli/stop.ts'],
    [78, 'taken is a file, a folder is needed', { DATA_DIR: 'taken/below' }, 'main.ts'],
  ])(
    'ends with %i and a sentence where the settings are wrong: %s',
    async (expected, said, env, ...words) => {
      await writeFile(join(folder, 'taken'), '');
      const { code, err } = await runWith(env, ...words);
      expect(err).toContain(said);
      expect(err).not.toMatch(/\n\s+at |canary/);
      expect(code).toBe(expected);
    },
  );

  it('ends the simulator, with all that it had started, where one of its ports is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    // The second of its five; the first is free, or taken: it cannot start either way.
    const { code, err } = await run('cli/simulator.ts', '--port', String(port - 1));
    taken.close();
    expect(err).toMatch(/^port \d+ cannot be taken \(EADDRINUSE\): name another by --port, or 0\n$/);
    expect(code).toBe(1);
  });
});
