import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { aggregateCandles } from '../../cli/aggregate-candles.ts';
import { auditSignals } from '../../cli/audit/audit-signals.ts';
import { issued, smoothed } from '../../cli/audit/signal-functions.ts';
import { resolveTrade } from '../../cli/backtest/resolve-trade.ts';
import { runBacktest } from '../../cli/backtest/run-backtest.ts';
import { readCandles, toColumns } from '../../cli/read-candles.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { btcMinutes, needsBtc } from '../models/btc-candles.ts';

const minute = 60_000;
const rows = (values: number[][]): CandleColumns => ({ ...toColumns(values), volumeKind: 'traded' });

describe('readCandles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'candles-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (content: string | Buffer): string => {
    const file = join(folder, 'c.csv');
    writeFileSync(file, content);
    return file;
  };

  it('reads plain and gzipped files, with and without volume', () => {
    const text = 'time,open,high,low,close,volume\n0,1,2,0.5,1.5,7\n60000,1.5,3,1,2,8\n';
    const plain = readCandles(write(text));
    expect(plain).toMatchObject({
      close: Float64Array.of(1.5, 2),
      volume: Float64Array.of(7, 8),
      volumeKind: 'traded',
    });
    expect(readCandles(write(gzipSync(text)))).toEqual(plain);
    expect(readCandles(write('t,o,h,l,c\n0,1,2,0.5,1.5')).volumeKind).toBe('none');
  });

  it('names the line that is no candle', () => {
    expect(() => readCandles(write('t,o,h,l,c\n0,1,2,0.5,1.5\n60000,x,2,1,1'))).toThrow('line 3');
    expect(() => readCandles(write('t,o,h,l,c\n60000,1,2,0.5,1.5\n0,1,2,1,1'))).toThrow('back in time');
  });
});

describe('aggregateCandles', () => {
  it('folds whole windows of the grid and leaves cut ones out', () => {
    const minutes = rows([4, 5, 6, 7, 8, 9, 10, 11].map((m) => [m * minute, m, m + 2, m - 2, m + 1, 1]));
    const folded = aggregateCandles(minutes, 5 * minute);
    expect(folded).toEqual(rows([[5 * minute, 5, 11, 3, 10, 5]]));
  });
});

describe('resolveTrade', () => {
  const buy = { side: 1, entry: 100, tp: 103, sl: 98, from: 0, until: 3 * minute } as const;
  const after = (...bars: [open: number, high: number, low: number, close: number][]): CandleColumns =>
    rows(bars.map(([open, high, low, close], m) => [m * minute, open, high, low, close, 1]));

  it('ends at the first level met, at the stop where one minute held both', () => {
    expect(resolveTrade(after([100, 101, 99, 100], [100, 103, 100, 101]), buy, 0)).toMatchObject({
      end: 'tp',
      exit: 103,
    });
    expect(resolveTrade(after([100, 101, 98, 100]), buy, 0)).toMatchObject({
      end: 'sl',
      exit: 98,
      ambiguous: false,
    });
    expect(resolveTrade(after([100, 104, 97, 100]), buy, 0)).toMatchObject({ end: 'sl', ambiguous: true });
    expect(resolveTrade(after([97, 97, 96, 97]), buy, 0)).toMatchObject({ end: 'sl', exit: 97 });
    const sell = { ...buy, side: -1, tp: 97, sl: 102 } as const;
    expect(resolveTrade(after([100, 101, 97, 98]), sell, 0)).toMatchObject({ end: 'tp', exit: 97 });
  });

  it('gives up at the horizon, and does not know beyond the data', () => {
    const idle: [number, number, number, number] = [100, 101, 99, 100.5];
    expect(resolveTrade(after(idle, idle, idle, idle), buy, 0)).toMatchObject({
      end: 'neither',
      at: 3 * minute,
      exit: 100.5,
    });
    expect(resolveTrade(after(idle, idle), buy, 0)).toBeNull();
  });
});

describe('runBacktest and auditSignals', () => {
  it('measure a stretch of real candles, with honest odds', { ...needsBtc, timeout: 60_000 }, async () => {
    const minutes = btcMinutes(340 * 30);
    const report = await runBacktest({
      minutes,
      symbol: 'BTCUSD',
      timeframe: '30min',
      analyse: { costBps: 2 },
      threads: 2,
    });
    const { decisions, signals, candidates, equity, oddsDisagreement } = report;
    // The stretch starts inside a window of the grid, so the first of 341 is cut off.
    expect(decisions).toBe(340 - 1 - 249);
    expect(signals.n).toBeGreaterThan(0);
    expect(Object.values(signals.ends).reduce((sum, n) => sum + n, 0)).toBe(signals.n);
    expect(equity.at(-1)! / signals.n).toBeCloseTo(signals.expectancyR, 9);
    expect(candidates.predicted.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(candidates.observed.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(
      report.gated.n + Object.values(report.withheld).reduce((sum, { n }) => sum + n, 0),
    ).toBeGreaterThanOrEqual(signals.n);
    expect(oddsDisagreement.largest).toBeLessThan(0.03);
  });

  it(
    'find no look-ahead in the analysis and see it in the variant that cheats',
    { ...needsBtc, timeout: 60_000 },
    () => {
      const minutes = btcMinutes(340 * 30);
      expect(auditSignals(minutes, 30 * minute, issued, 9)).toMatchObject({ differing: [] });
      expect(auditSignals(minutes, 30 * minute, smoothed, 9).differing.length).toBeGreaterThan(0);
    },
  );
});
