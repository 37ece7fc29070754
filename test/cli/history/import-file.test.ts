import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { localZone } from '../../../cli/candles/times/local-zone.ts';
import { importFile } from '../../../cli/history/import-file.ts';
import { openHistory } from '../../../cli/history/open-history.ts';
import { exports } from '../candles/exports.ts';

const root = mkdtempSync(join(tmpdir(), 'import-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
let folder: string;
beforeEach(() => {
  folder = join(root, `${folders++}`);
  mkdirSync(folder);
});

const minute = 60_000;
const start = Date.UTC(2024, 0, 2);
const row = (i: number, price = 100) =>
  `${start + i * minute},${price},${price + 2},${price - 1},${price + 1},5`;
const rows = (count: number, price?: number) => Array.from({ length: count }, (_, i) => row(i, price));
const text = (lines: readonly string[]) => `time,open,high,low,close,volume\n${lines.join('\n')}\n`;

async function take(content: string | Buffer, zone?: string, symbol = 'BTCUSD'): Promise<string> {
  const said: string[] = [];
  const path = join(folder, 'given.csv');
  writeFileSync(path, content);
  const place = zone === undefined ? {} : { zone: localZone(zone)! };
  await importFile(join(folder, 'history'), path, { symbol, ...place }, (line) => said.push(line));
  return said.join('\n');
}
const stored = async () => (await openHistory(join(folder, 'history'), 'BTCUSD')).candles;

describe('importFile', () => {
  const ofMinutes = exports.filter(
    ({ candles }) => Date.parse(candles[1]![0]) - Date.parse(candles[0]![0]) === minute,
  );
  it('knows minutes of most exports', () => expect(ofMinutes.length).toBeGreaterThan(12));

  it.each(ofMinutes.map((one) => [one.name, one] as const))(
    'keeps what others export: %s',
    async (_, one) => {
      const said = await take(one.content);
      for (const words of one.says) expect(said).toContain(words);
      const { time, open, high, low, close, volume, volumeKind } = await stored();
      expect(Array.from(time, (at, i) => [at, open[i], high[i], low[i], close[i], volume[i]])).toEqual(
        one.candles.map(([at, ...rest]) => [Date.parse(at), ...rest]),
      );
      expect(volumeKind).toBe(one.volumeKind ?? 'traded');
      expect(said).toContain(`${one.candles.length} minutes new, 0 changed`);
    },
  );

  it('takes times of an MT5 server by the zone that is stated', async () => {
    const lines = [
      '2024.01.02\t00:00:00\t1.1\t1.2\t1.0\t1.1\t5\t0\t1',
      '2024.01.02\t00:01:00\t1.1\t1.2\t1.0\t1.1\t5\t0\t1',
    ];
    await take(
      `<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n${lines.join('\n')}\n`,
      'America/New_York+7',
    );
    expect((await stored()).time[0]).toBe(Date.UTC(2024, 0, 1, 22));
  });

  it('counts every refused line, and names the first ten', async () => {
    const lines = rows(2_000).map((line, i) => (i % 100 === 50 ? `${start + i * minute},0,1,0,1,5` : line));
    expect(await take(text(lines))).toContain(
      'left out      20 of 2,000 rows: 20 a price not above zero (lines 52, 152, 252, 352, 452, 552, 652, 752, 852, 952, …)',
    );
  });

  it('says how many minutes a later file changed', async () => {
    await take(text(rows(10)));
    const said = await take(text([...rows(6).slice(0, 3), row(3, 200), row(4, 200), row(10), row(11)]));
    expect(said).toContain('2 minutes new, 2 changed, 3 as they were stored before');
    expect([...(await stored()).open].map((price) => price === 200)).toEqual(
      Array.from({ length: 12 }, (_, i) => i === 3 || i === 4),
    );
  });

  it('leaves what a file lacks to be fetched, and calls a quiet hour known', async () => {
    const at = (i: number) => row(i);
    await take(
      text([
        ...rows(60),
        ...Array.from({ length: 60 }, (_, i) => at(90 + i)),
        ...rows(10).map((_, i) => at(300 + i)),
      ]),
    );
    const { spans } = await openHistory(join(folder, 'history'), 'BTCUSD');
    expect(spans).toEqual([
      [start, start + 150 * minute],
      [start + 300 * minute, start + 310 * minute],
    ]);
  });

  it.each([
    [
      'candles of 5 min',
      rows(10).map((_, i) => row(5 * i)),
      'its candles are 5 min long, and the history keeps minutes',
    ],
    [
      'times that are ends',
      rows(10).map((line) => line.replace(/^\d+/, (time) => String(Number(time) + 59_999))),
      'which is no whole minute',
    ],
    [
      'a cell that is no price',
      [...rows(3), `${start + 3 * minute},x,2,1,1,5`],
      'line 5: open is x, which is no price',
    ],
  ])('refuses the file with a sentence, and stores nothing: %s', async (_, lines, sentence) => {
    await expect(take(text(lines))).rejects.toThrow(sentence);
    await expect(stored()).rejects.toThrow('there is no history of BTCUSD');
  });

  it('refuses a gzipped file that breaks off, and stores nothing', async () => {
    const whole = gzipSync(text(rows(5_000)));
    await expect(take(whole.subarray(0, whole.length - 100))).rejects.toThrow('damaged or break off');
    await expect(stored()).rejects.toThrow('there is no history');
  });
});

describe('npm run history', () => {
  const run = (...args: string[]) =>
    new Promise<{ code: number; out: string; err: string }>((done) => {
      const env = { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data') };
      const program = join(import.meta.dirname, '../../../cli/history.ts');
      execFile(
        process.execPath,
        [program, ...args],
        { cwd: folder, env, timeout: 240_000 },
        (error, out, err) => done({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
      );
    });

  it('takes several files, lists them, and goes on listing beside a damaged one', async () => {
    writeFileSync(join(folder, 'a.csv'), text(rows(10)));
    writeFileSync(join(folder, 'b.csv'), text(rows(12, 300)));
    const taken = await run('--symbol', 'btc/usd', '--file', 'a.csv', 'b.csv');
    expect(taken).toMatchObject({ code: 0, err: '' });
    expect(taken.out).toContain('2 minutes new, 10 changed, 0 as they were stored before');
    expect((await run('--symbol', 'ETH/USD', '--file', 'a.csv')).code).toBe(0);
    const path = join(folder, 'data/history/BTCUSD/2024-01.candles');
    const listed = await run('--list');
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out.match(/^\w+: \d+ minutes/gm)).toEqual(['BTCUSD: 12 minutes', 'ETHUSD: 10 minutes']);
    expect(listed.out).toContain('source        a.csv, b.csv');
    writeFileSync(path, 'ANSOMIN1 and no more');
    const beside = await run('--list');
    expect(beside.out).toContain('ETHUSD: 10 minutes');
    expect([beside.code, beside.err]).toEqual([1, expect.stringContaining(`BTCUSD: ${path} is damaged`)]);
  });

  it('fetches from the bundled simulator without a key, and gives its prices up for real ones', async () => {
    const fetched = await run('--symbol', 'EUR/USD', '--from', '2024-01-02', '--to', '2024-01-02T02:00');
    expect(fetched).toMatchObject({ code: 0, err: '' });
    expect(fetched.out).toContain('EURUSD: 120 minutes, 2024-01-02 00:00 to 2024-01-02 02:00 UTC');
    expect(fetched.out).toContain('source        simulator');
    writeFileSync(join(folder, 'a.csv'), text(rows(10)));
    const taken = await run('--symbol', 'EUR/USD', '--file', 'a.csv');
    expect(taken.out).toContain('replaced      the simulated prices that were there');
    expect(taken.out).toContain('EURUSD: 10 minutes');
    const again = await run('--symbol', 'EUR/USD', '--from', '2024-01-02', '--to', '2024-01-02T02:00');
    expect([again.code, again.err]).toEqual([
      65,
      expect.stringContaining('simulated prices do not go beside'),
    ]);
  });

  it.each<[number, string, ...string[]]>([
    [64, 'one of --from, --file and --list is needed', '--symbol', 'X'],
    [64, '--symbol is needed', '--file', 'none.csv'],
    [64, '--from 01/02/2025: a day as 2025-01-31', '--symbol', 'X', '--from', '01/02/2025'],
    [64, '--from 2025-02-30: a day as', '--symbol', 'X', '--from', '2025-02-30'],
    [
      64,
      'is not before --to 2025-01-01 00:00',
      '--symbol',
      'X',
      '--from',
      '2025-01-02',
      '--to',
      '2025-01-01',
    ],
    [64, 'is not before the last whole minute', '--symbol', 'X', '--from', '2099-01-02'],
    [64, '--time-zone Mars: UTC', '--symbol', 'X', '--file', 'none.csv', '--time-zone', 'Mars'],
    [66, 'none.csv: there is no such file', '--symbol', 'X', '--file', 'none.csv'],
    [65, 'there is no history of X', '--list', '--symbol', 'X'],
  ])('ends with %i and a sentence: %s', async (code, sentence, ...args) => {
    const done = await run(...args);
    expect(done.err).toContain(sentence);
    expect(done.err).not.toMatch(/\n\s+at /);
    expect(done.code).toBe(code);
  });
});
