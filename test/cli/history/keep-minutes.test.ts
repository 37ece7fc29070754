import { once } from 'node:events';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { describeHistory } from '../../../cli/history/describe-history.ts';
import { lockFolder } from '../../../cli/history/files/lock-folder.ts';
import { storedSymbols } from '../../../cli/history/files/symbol-folder.ts';
import { type Given, keepMinutes } from '../../../cli/history/keep-minutes.ts';
import { openHistory, storedSpans } from '../../../cli/history/open-history.ts';
import { needs } from '../../support/needs.ts';
import { candlesAt, minutesFrom } from './some-minutes.ts';

const root = mkdtempSync(join(tmpdir(), 'history-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
let history: string;
beforeEach(() => {
  history = join(root, `${folders++}`);
});

const minute = 60_000;
/** The last ten minutes of January and the first ten of February. */
const from = Date.UTC(2024, 0, 31, 23, 50);
const to = from + 20 * minute;
const given = (more: Partial<Given> = {}): Given => ({
  candles: candlesAt(minutesFrom(from, 20)),
  spans: [[from, to]],
  source: 'one.csv',
  isSimulated: false,
  ...more,
});
const closes = async () => [...(await openHistory(history, 'BTCUSD')).candles.close];
const filesOf = (symbol = 'BTCUSD') => readdirSync(join(history, symbol));

describe('keepMinutes and openHistory', () => {
  it('keep every bit, a file a month, and know what was given', async () => {
    expect(await keepMinutes(history, 'BTCUSD', given())).toEqual({ added: 20, changed: 0, replaced: false });
    expect(filesOf()).toEqual(['2024-01.candles', '2024-02.candles']);
    const { candles, ...rest } = await openHistory(history, 'BTCUSD');
    expect(candles).toEqual({ ...given().candles, spacingMs: minute });
    expect(rest).toEqual({ spans: [[from, to]], sources: ['one.csv'], isSimulated: false });
  });

  it('let the later one win, and count what changed', async () => {
    await keepMinutes(history, 'BTCUSD', given());
    const later = given({ candles: candlesAt(minutesFrom(from + 15 * minute, 10), 200), source: 'two.csv' });
    expect(await keepMinutes(history, 'BTCUSD', later)).toMatchObject({ added: 5, changed: 5 });
    const { candles, sources } = await openHistory(history, 'BTCUSD');
    expect(candles.time).toHaveLength(25);
    expect([...candles.close].map((close) => close > 150)).toEqual(
      Array.from({ length: 25 }, (_, i) => i >= 15),
    );
    expect(sources).toEqual(['one.csv', 'two.csv']);
    expect(await keepMinutes(history, 'BTCUSD', later)).toMatchObject({ added: 0, changed: 0 });
  });

  it('open a part, to the minute', async () => {
    await keepMinutes(history, 'BTCUSD', given());
    const { candles, spans } = await openHistory(history, 'BTCUSD', [from + 3 * minute, from + 12 * minute]);
    expect([...candles.time]).toEqual(minutesFrom(from + 3 * minute, 9));
    expect(spans).toEqual([[from + 3 * minute, from + 12 * minute]]);
  });

  it('know minutes without a candle, in months without one too', async () => {
    const long = given({ candles: candlesAt([]), spans: [[from, Date.UTC(2024, 3, 2)]] });
    await keepMinutes(history, 'BTCUSD', long);
    expect(filesOf()).toHaveLength(4);
    expect(await storedSpans(history, 'BTCUSD', [0, Date.UTC(2030, 0, 1)])).toEqual(long.spans);
    await expect(openHistory(history, 'BTCUSD')).rejects.toThrow('has no minute at all');
  });

  it('say what is not there', async () => {
    await expect(openHistory(history, 'BTCUSD')).rejects.toThrow(
      'there is no history of BTCUSD: npm run history -- --symbol BTCUSD',
    );
    await keepMinutes(history, 'BTCUSD', given());
    await expect(openHistory(history, 'BTCUSD', [to, to + minute])).rejects.toThrow(
      'has no minute from 2024-02-01 00:10 to 2024-02-01 00:11',
    );
  });

  it('keep symbols apart, whatever their letters', async () => {
    for (const symbol of ['BTCUSD', 'BTCUSD:BINANCE', 'BRK.B']) await keepMinutes(history, symbol, given());
    expect(await storedSymbols(history)).toEqual(['BRK.B', 'BTCUSD', 'BTCUSD:BINANCE']);
  });

  it('never put simulated prices beside real ones', async () => {
    const simulated = given({
      isSimulated: true,
      source: 'simulator',
      candles: candlesAt(minutesFrom(from, 20), 7),
    });
    await keepMinutes(history, 'BTCUSD', simulated);
    const real = given({ candles: candlesAt(minutesFrom(from, 5)), spans: [[from, from + 5 * minute]] });
    expect(await keepMinutes(history, 'BTCUSD', real)).toEqual({ added: 5, changed: 0, replaced: true });
    expect(await openHistory(history, 'BTCUSD')).toMatchObject({ isSimulated: false, sources: ['one.csv'] });
    await expect(keepMinutes(history, 'BTCUSD', simulated)).rejects.toThrow(
      'is of one.csv: simulated prices do not go beside it',
    );
    expect(await closes()).toHaveLength(5);
  });
});

describe('a damaged file', () => {
  it('is named in a sentence, read or written, and nothing is written over it', async () => {
    await keepMinutes(history, 'BTCUSD', given());
    const path = join(history, 'BTCUSD/2024-01.candles');
    const bytes = readFileSync(path);
    bytes[bytes.length - 9]! ^= 4;
    writeFileSync(path, bytes);
    const says = `${path} is damaged`;
    await expect(openHistory(history, 'BTCUSD')).rejects.toThrow(says);
    await expect(keepMinutes(history, 'BTCUSD', given())).rejects.toThrow(says);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    // The other month is whole.
    expect((await openHistory(history, 'BTCUSD', [from + 10 * minute, to])).candles.time).toHaveLength(10);
  });

  it('of another symbol or month, copied there, is none of its own', async () => {
    await keepMinutes(history, 'BTCUSD', given());
    mkdirSync(join(history, 'ETHUSD'));
    writeFileSync(
      join(history, 'ETHUSD/2024-01.candles'),
      readFileSync(join(history, 'BTCUSD/2024-01.candles')),
    );
    await expect(openHistory(history, 'ETHUSD')).rejects.toThrow('is damaged');
  });
});

describe('a disk that is full', () => {
  it('is a sentence, and what was stored before stays whole', needs.tmpfs, async () => {
    mkdirSync(history);
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', history]);
    try {
      await keepMinutes(history, 'BTCUSD', given());
      const before = await closes();
      // 480 kB
      const large = given({ candles: candlesAt(minutesFrom(from - 10_000 * minute, 10_010), 200) });
      await expect(keepMinutes(history, 'BTCUSD', large)).rejects.toThrow(
        /2024-01\.candles cannot be written: the disk is full; what was stored before is whole$/,
      );
      expect(await closes()).toEqual(before);
      expect(filesOf()).toEqual(['2024-01.candles', '2024-02.candles']);
    } finally {
      spawnSync('umount', [history]);
    }
  });
});

describe('two commands on one folder', () => {
  const holder = () =>
    spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const { lockFolder } = await import(${JSON.stringify(new URL('../../../cli/history/files/lock-folder.ts', import.meta.url).href)});
         globalThis.lock = await lockFolder(${JSON.stringify(history)}).catch((error) => console.log(error.message));
         if (lock) { console.log('locked'); setInterval(() => {}, 1000); }`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );

  it('are told apart: the second ends with a sentence, until the first has ended or was killed', async () => {
    const first = holder();
    expect(String((await once(first.stdout, 'data'))[0])).toBe('locked\n');
    await expect(lockFolder(history)).rejects.toThrow(`another npm run history, pid ${first.pid} on `);
    first.kill('SIGKILL');
    await once(first, 'exit');
    await using lock = await lockFolder(history);
    expect(readdirSync(history)).toHaveLength(1);
    await lock[Symbol.asyncDispose]();
    expect(readdirSync(history)).toEqual([]);
  });

  it('begun at once have never both the folder', async () => {
    for (let round = 0; round < 3; round++) {
      const all = Array.from({ length: 3 }, holder);
      const said = await Promise.all(all.map(async (one) => String((await once(one.stdout, 'data'))[0])));
      expect(said.filter((text) => text === 'locked\n').length).toBeLessThanOrEqual(1);
      for (const one of all) one.kill('SIGKILL');
    }
  });

  it('is no matter of a process of another time that had the same pid, or of another machine long ago', async () => {
    mkdirSync(history);
    const { hostname } = await import('node:os');
    writeFileSync(join(history, `${hostname()}-${process.ppid}-1.lock`), '');
    const other = join(history, 'elsewhere-1-77.lock');
    writeFileSync(other, '');
    await expect(lockFolder(history)).rejects.toThrow('pid 1 on elsewhere');
    spawnSync('touch', ['-d', '2020-01-01', other]);
    await using _lock = await lockFolder(history);
    expect(readdirSync(history)).toHaveLength(1);
  });
});

describe('describeHistory', () => {
  it('says minutes, span, gaps and source', async () => {
    const times = [...minutesFrom(from, 5), ...minutesFrom(from + 8 * minute, 12)];
    await keepMinutes(
      history,
      'BTCUSD',
      given({ candles: candlesAt(times), spans: [[from, from + 6 * minute]] }),
    );
    expect(describeHistory('BTCUSD', await openHistory(history, 'BTCUSD'), { listsGaps: true })).toEqual([
      'BTCUSD: 17 minutes, 2024-01-31 23:50 to 2024-02-01 00:10 UTC',
      '  gaps          1 while the market is open, 3 min together, the longest 3 min from 2024-01-31 23:55 on; 1 of them never asked for, 3 min',
      '    2024-01-31 23:55 to 2024-01-31 23:58, 3 min, never asked for',
      '  volume        traded',
      '  source        one.csv',
    ]);
  });
});
