import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { simulatedCandles } from '../../../bench/simulated-candles.ts';

const folder = mkdtempSync(join(tmpdir(), 'stored-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (program: string, ...args: string[]) =>
  new Promise<{ code: number; out: string; err: string }>((done) => {
    const env = { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data') };
    execFile(
      process.execPath,
      [join(import.meta.dirname, '../../../cli', program), ...args],
      { cwd: folder, env, timeout: 240_000 },
      (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
    );
  });
const report = (out: string) => out.slice(out.indexOf('\n\n') + 2);

it('npm run backtest -- --history gives the report of the file that was imported, and of a part of it', async () => {
  const candles = simulatedCandles(400);
  // Over the end of a month.
  const start = Date.UTC(2024, 0, 31, 22);
  const lines = Array.from(
    candles.time,
    (time, i) =>
      `${start + time},${candles.open[i]},${candles.high[i]},${candles.low[i]},${candles.close[i]},${candles.volume[i]}`,
  );
  const write = (name: string, some: readonly string[]) =>
    writeFileSync(join(folder, name), `time,open,high,low,close,volume\n${some.join('\n')}\n`);
  write('all.csv', lines);
  write('part.csv', lines.slice(60, 390));
  expect(await run('history.ts', '--symbol', 'BTC/USD', '--file', 'all.csv')).toMatchObject({
    code: 0,
    err: '',
  });
  const options = ['--timeframe', '1min', '--set', 'restarts=1', '--threads', '1'];
  for (const [file, ...part] of [
    ['all.csv'],
    ['part.csv', '--from', '2024-01-31T23:00', '--to', '2024-02-01T04:30'],
  ] as [string, ...string[]][]) {
    const ofFile = await run('backtest.ts', '--candles', file, '--symbol', 'BTC/USD', ...options);
    const ofHistory = await run('backtest.ts', '--history', 'BTC/USD', ...part, ...options);
    expect(ofHistory).toMatchObject({ code: 0, err: '' });
    expect(ofFile.out).toContain('decided at');
    expect(report(ofHistory.out)).toBe(report(ofFile.out));
  }
});
