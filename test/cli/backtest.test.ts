import { describe, expect, it } from 'vitest';
import { aggregateCandles } from '../../cli/aggregate-candles.ts';
import { candidateOdds } from '../../cli/backtest/candidate-odds.ts';
import { horizonOf } from '../../cli/backtest/horizon-of.ts';
import { printReport } from '../../cli/backtest/print-report.ts';
import { replaySignals } from '../../cli/backtest/replay-signals.ts';
import { resolveTrade } from '../../cli/backtest/resolve-trade.ts';
import { runBacktest } from '../../cli/backtest/run-backtest.ts';
import { candlesUpTo } from '../../cli/backtest/analyse-bars.ts';
import { walkForward } from '../../cli/backtest/walk-forward.ts';
import type { SpacedCandles } from '../../cli/candles/spaced-candles.ts';
import { toColumns } from '../../cli/candles/to-columns.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import { analyse } from '../../models/decision/analyse.ts';
import { learnBar, profileMemory, profileOf } from '../../models/volatility/volatility-profile.ts';
import { btcMinutes, needsBtc } from '../models/btc-candles.ts';
import { seasonalMarket } from '../models/synthetic-markets.ts';

const minute = 60_000;
const rows = (values: number[][]): SpacedCandles => ({
  ...toColumns(values),
  volumeKind: 'traded',
  spacingMs: minute,
});

describe('aggregateCandles', () => {
  it('folds whole windows of the grid and leaves cut ones out', () => {
    const minutes = rows([4, 5, 6, 7, 8, 9, 10, 11].map((m) => [m * minute, m, m + 2, m - 2, m + 1, 1]));
    const folded = aggregateCandles(minutes, 5 * minute);
    expect(folded).toMatchObject({
      time: Float64Array.of(5 * minute),
      open: Float64Array.of(5),
      high: Float64Array.of(11),
      low: Float64Array.of(3),
      close: Float64Array.of(10),
      volume: Float64Array.of(5),
    });
  });
});

describe('resolveTrade', () => {
  const buy = { side: 1, entry: 100, tp: 103, sl: 98, from: 0, until: 3 * minute } as const;
  const after = (...bars: [open: number, high: number, low: number, close: number][]): SpacedCandles =>
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

  it('takes the open of a minute first', () => {
    expect(resolveTrade(after([104, 104, 97, 98]), { ...buy, until: minute }, 0)).toMatchObject({
      end: 'tp',
      exit: 103,
      ambiguous: false,
    });
  });

  it('gives up at the horizon, at the last close before it, and does not know beyond the data', () => {
    const idle: [number, number, number, number] = [100, 101, 99, 100.5];
    expect(resolveTrade(after(idle, idle, idle, idle), buy, 0)).toMatchObject({
      end: 'neither',
      at: 3 * minute,
      exit: 100.5,
    });
    expect(resolveTrade(after(idle, idle), buy, 0)).toBeNull();
  });

  it('never looks at the minute after the horizon, however long the market was silent before it', () => {
    const bars = [
      [0, 100, 101, 99, 99.2, 1],
      [3092 * minute, 97, 97, 96, 97, 1],
    ];
    expect(resolveTrade(rows(bars), buy, 0)).toMatchObject({ end: 'neither', at: 3 * minute, exit: 99.2 });
    // No trade at all: the entry is the last price known.
    expect(resolveTrade(rows(bars), buy, 1)).toMatchObject({ end: 'neither', exit: 100 });
  });
});

describe('horizonOf', () => {
  const friday = Date.UTC(2024, 0, 5, 21, 0);
  const hour = 60 * minute;

  it('counts bars of the market: a weekend does not use it up', () => {
    // Pairs close on Friday at 22:00 UTC and open on Sunday at 22:00.
    expect(horizonOf('EURUSD', '30min')(friday, 4)).toBe(friday + 50 * hour);
    expect(horizonOf('EURUSD', '30min')(friday, 2)).toBe(friday + hour);
    expect(horizonOf('BTCUSD', '30min')(friday, 4)).toBe(friday + 2 * hour);
  });
});

describe('replaySignals and candidateOdds', () => {
  /** Candles of 5min over minutes that stand still, with calls at some bars. */
  const still = (bars: number) =>
    rows(Array.from({ length: 5 * bars }, (_, m) => [m * minute, 100, 100.5, 99.5, 100, 1]));
  const call = (direction: 'BUY' | 'SELL', over = {}) =>
    ({
      direction,
      entry: 100,
      tp: direction === 'BUY' ? 103 : 97,
      sl: direction === 'BUY' ? 98 : 102,
      horizonBars: 4,
      risk: { probTpHit: 0.4 },
      ...over,
    }) as unknown as Analysis;
  const replay = (minutes: SpacedCandles, calls: [number, Analysis][]) =>
    replaySignals(aggregateCandles(minutes, 5 * minute), minutes, new Map(calls), {
      barMs: 5 * minute,
      horizon: horizonOf('BTCUSD', '5min'),
      costBps: 0,
    }).signals;

  it('cuts signals at the last full horizon, also those that met a level before the end of the data', () => {
    const minutes = still(20);
    minutes.high.fill(103, 86);
    const bars = [0, 5, 10, 15, 17].map((bar): [number, Analysis] => [bar, call('BUY')]);
    expect(replay(minutes, bars).map(({ bar, end }) => [bar, end])).toEqual([
      [0, 'expired'],
      [5, 'expired'],
      [10, 'expired'],
      [15, 'tp'],
    ]);
  });

  it('cuts candidates there too', () => {
    const minutes = still(20);
    minutes.high.fill(103, 90);
    const candidate = { direction: 'BUY', tp: 103, sl: 98 };
    const risk = { probTpHit: 0.4, probSlHit: 0.5, probNeither: 0.1 };
    const calls = [14, 15, 16, 17].map((bar): [number, Analysis] => [bar, call('BUY', { candidate, risk })]);
    const horizon = horizonOf('BTCUSD', '5min');
    expect(
      candidateOdds(aggregateCandles(minutes, 5 * minute), minutes, new Map(calls), {
        barMs: 5 * minute,
        horizon,
      }),
    ).toMatchObject([{ came: 0 }, { came: 0 }]);
  });

  it('judges the odds of a reversed signal by its levels, and teaches only what had come by then', () => {
    const minutes = still(30);
    minutes.high.fill(103, 14, 15);
    const signals = replay(minutes, [
      [0, call('BUY')],
      [1, call('SELL', { sl: 120, tp: 80 })],
      [2, call('BUY', { tp: 120, sl: 80 })],
      [9, call('BUY')],
    ]);
    expect(signals.map(({ end, levels }) => [end, levels.end])).toEqual([
      ['reversed', 'tp'],
      ['reversed', 'neither'],
      ['expired', 'neither'],
      ['expired', 'neither'],
    ]);
    // The first one's levels were met in the minute that ends with the third one's candle.
    expect(signals[1]!.calibrated).toBeCloseTo(0.4, 12);
    expect(signals[2]!.calibrated).toBeCloseTo((1 + 50 * 0.4) / 51, 9);
    expect(signals[3]!.calibrated).toBeCloseTo((1 + 50 * 0.4) / 53, 9);
  });
});

describe('walkForward', () => {
  it('tells each bar the hours as they were known at its close, wherever a thread’s share begins', async () => {
    const candles = seasonalMarket(4, 6, 30);
    const last = candles.close.length - 1;
    const options = { restarts: 1 };
    const analyses = await walkForward(candles, options, 1, 30 * minute);
    const memory = profileMemory(30 * minute);
    let told = 0;
    for (let bar = 0; bar <= last; bar++) {
      learnBar(memory, candles.time[bar]!, candles.close[bar]!);
      if (bar < 249 || bar % 7 !== 0) continue;
      const profile = profileOf(memory);
      if (profile !== undefined) told++;
      expect(analyses.get(bar)).toEqual(
        analyse(candlesUpTo(candles, bar), { ...options, ...(profile && { profile }) }),
      );
    }
    expect(analyses.size).toBe(last + 1 - 249);
    expect(told).toBeGreaterThan(2);
  });
});

describe('walkForward on many threads', () => {
  it('keeps the order of the bars, though later ones are done first', async () => {
    // Windows with the jump are refused at once, the forty before it are fitted.
    const prices = Array.from({ length: 420 }, (_, i) => (i < 290 ? 100 : 200) + Math.sin(i * i));
    const candles = rows(prices.map((close, i) => [i * minute, close, close + 1, close - 1, close, 1]));
    const analyses = await walkForward(candles, { restarts: 50 }, 3, minute);
    expect([...analyses.keys()]).toEqual(Array.from({ length: 171 }, (_, i) => 249 + i));
    expect([...analyses.values()].map(({ entry }) => entry)).toEqual(prices.slice(249));
  });

  it('tells how far it is', async () => {
    const candles = rows(Array.from({ length: 340 }, (_, i) => [i * minute, 1, 1, 1, 1, 1]));
    const told: number[][] = [];
    await walkForward(candles, {}, 2, minute, (done, all) => told.push([done, all]));
    expect(told.map(([, all]) => all)).toEqual([91, 91, 91]);
    expect(told.at(-1)).toEqual([91, 91]);
  });
});

describe('runBacktest', () => {
  it('measures a stretch of real candles, with honest odds', needsBtc, async () => {
    const minutes = btcMinutes(440 * 30);
    const { report } = await runBacktest({
      minutes,
      symbol: 'BTCUSD',
      timeframe: '30min',
      analyse: { costBps: 2 },
      threads: 2,
    });
    const { decisions, signals, candidates, equity, oddsDisagreement } = report;
    // The stretch starts inside a window of the grid, so the first of 441 is cut off.
    expect(decisions).toBe(440 - 1 - 249);
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

  /** Windows of odd markets: still, tiny, huge, with a jump, with one price again and again. */
  const odd: readonly [string, (i: number, noise: number) => number][] = [
    ['stands still', () => 100],
    ['stands still, then moves', (i, noise) => (i < 240 ? 100 : 100 + noise)],
    ['is tiny', (_, noise) => 1e-11 * (2 + noise)],
    ['is huge', (_, noise) => 1e14 * (2 + noise)],
    ['jumps a thousandfold', (i, noise) => (i < 200 ? 1 : 1_000) * (2 + noise)],
    ['alternates', (i) => 100 + (i % 2)],
    ['trends without noise', (i) => 100 * 1.001 ** i],
    ['moves wildly', (_, noise) => Math.exp(10 * noise)],
  ];
  it.each(odd)('prints no NaN of a market that %s', async (_, priceAt) => {
    const noise = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43_758.5453) % 1;
    const minutes = rows(
      Array.from({ length: 280 }, (__, i) => {
        const [open, close] = [priceAt(i, noise(i)), priceAt(i + 1, noise(i + 1))];
        return [i * minute, open, Math.max(open, close), Math.min(open, close), close, 1 + (i % 3)];
      }),
    );
    const { report } = await runBacktest({
      minutes,
      symbol: 'BTCUSD',
      timeframe: '1min',
      analyse: { costBps: 2, restarts: 2 },
      threads: 1,
    });
    expect(report.decisions).toBe(31);
    expect(printReport('title', report)).not.toMatch(/NaN|Infinity|undefined/);
  });
});
