import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../models/decision/analyse.ts';
import type { Analysis } from '../../../models/decision/analysis.ts';
import { type CandleColumns, lastCandles } from '../../../models/candle-columns.ts';
import { discontinuity } from '../../../models/chart/discontinuity.ts';
import { features } from '../../../models/hmm/features.ts';
import { isRestated } from '../../../models/chart/is-restated.ts';
import { jumpLimitsOf } from '../../../models/chart/jump-limits.ts';
import { variance } from '../../../models/statistics.ts';
import { volatility } from '../../../models/chart/volatility.ts';
import { apartAt, badCloseAt, copyOf, frozenAt, splitAt, walkOf } from '../broken-candles.ts';
import { aggregateCandles } from '../../../cli/aggregate-candles.ts';
import { readCandles } from '../../../cli/candles/read-candles.ts';
import { needsData } from '../../support/needs.ts';
import { btcCandles, needsBtc } from '../btc-candles.ts';

const seeds = [1, 2, 3, 4, 5];
const months = [
  ['btc-perp-1m-2022-01.csv.gz', 'crypto'],
  ['eurofx-future-1m-2024-01.csv.gz', 'forex'],
  ['usdjpy-1m-2013-02.csv.gz', 'forex'],
] as const;
const needsMonths = needsData(...months.map(([name]) => `data/${name}`));
const dataPath = (name: string) => fileURLToPath(new URL(`../../../../shared/data/${name}`, import.meta.url));
const every = Array.from({ length: 250 }, (_, bar) => bar);

describe('discontinuity', () => {
  it('finds none in random walks, whatever their scale, and none in one that bounces between bid and ask', () => {
    for (const seed of seeds) {
      expect(discontinuity(walkOf(seed))).toBeNull();
      expect(discontinuity(walkOf(seed, { sigma: 0.03, price: 1e-6 }))).toBeNull();
      expect(discontinuity(walkOf(seed, { sigma: 1e-4, gap: 1e-4 }))).toBeNull();
    }
  });

  it.each([10, 4, 2, 1.5, 0.25, 0.1, 1e-4])('finds a split of %s to one at every place', (factor) => {
    const clean = walkOf(1);
    for (const bar of every.slice(1))
      expect(discontinuity(splitAt(clean, bar, factor))).toMatchObject({ kind: 'step', bar });
  });

  it.each([1.01, 1.05, 1.5, 0.99, 0.5])('finds a close that is wrong by %s at every place', (factor) => {
    const clean = walkOf(2, { sigma: 0.001 });
    for (const bar of every) {
      const found = discontinuity(badCloseAt(clean, bar, factor));
      expect([bar, found?.kind]).not.toEqual([bar, undefined]);
      if (found?.kind === 'print') expect(found.bar).toBe(bar);
    }
  });

  it('takes a crash that the next candles confirm for what it is', () => {
    for (const seed of seeds) {
      const crash = copyOf(walkOf(seed));
      for (let t = 200; t < 250; t++)
        for (const column of [crash.open, crash.high, crash.low, crash.close])
          if (t > 200 || column === crash.close || column === crash.low) column[t]! *= 0.9;
      expect(discontinuity(crash)).toBeNull();
      expect(analyse(crash).reasons[0]).not.toMatch(/Jump|Doubtful/);
    }
  });

  it('takes a weekend’s gap for what it is, but not a wrong close beside it', () => {
    const weekend = copyOf(walkOf(3, { sigma: 3e-4 }));
    weekend.time = weekend.time.map((at, t) => at + (t >= 100 ? 172_800_000 : 0));
    expect(discontinuity(splitAt(weekend, 100, 1.013))).toBeNull();
    expect(discontinuity(badCloseAt(weekend, 99, 1.01))).toMatchObject({ kind: 'print', bar: 99 });
  });

  it('refuses a market that stands still and then moves', () => {
    const still = copyOf(walkOf(4));
    for (const column of [still.open, still.high, still.low, still.close]) column.fill(100, 0, 249);
    still.open[249] = 100;
    still.low[249] = Math.min(100, still.low[249]!);
    still.high[249] = Math.max(100, still.high[249]!);
    expect(discontinuity(still)?.kind).toBe('still');
  });

  it.each([1.01, 1.05, 1.15, 0.99, 0.9])('finds whole candles that are wrong by %s', (factor) => {
    const clean = walkOf(2, { sigma: 0.001 });
    for (const count of [1, 2, 5])
      for (let bar = 1; bar + count < 250; bar += 7)
        expect([bar, discontinuity(apartAt(clean, bar, factor, count))?.kind]).not.toEqual([bar, undefined]);
    const flat = apartAt(clean, 100, factor);
    for (const column of [flat.open, flat.high, flat.low]) column[100] = flat.close[100]!;
    expect([99, 100]).toContain(discontinuity(flat)?.bar);
  });

  it('takes a move that comes back after six candles, and one beside a closed market, for what they are', () => {
    const clean = walkOf(2, { sigma: 0.001 });
    expect(discontinuity(apartAt(clean, 100, 1.02, 12))).toBeNull();
    const weekend = { ...clean, time: clean.time.map((at, t) => at + (t >= 100 ? 172_800_000 : 0)) };
    expect(discontinuity(splitAt(weekend, 100, 1.02))).toBeNull();
    expect(discontinuity(apartAt(weekend, 100, 1.02))?.kind).toMatch(/apart|print/);
  });

  it.each([
    [0, 60],
    [100, 160],
    [180, 249],
    [120, 249],
  ])('refuses a feed that stood still from candle %i to %i', (from, to) => {
    for (const seed of seeds) {
      const found = discontinuity(frozenAt(walkOf(seed), from, to));
      expect(found?.kind).toMatch(/frozen|unconfirmed|apart|print/);
    }
    const { reasons } = analyse(frozenAt(walkOf(5), 20, 120), { scoreQuantile: 0, costBps: 0 });
    expect(reasons[0]).toMatch(/^The price stood still for 100 candles up to 1970-01-01T09:55Z/);
    expect(discontinuity(frozenAt(walkOf(1), 100, 130))).toBeNull();
  });

  it('makes no call on any of them, and says why with the candle’s time', () => {
    const clean = walkOf(5);
    const broken = [splitAt(clean, 100, 10), badCloseAt(clean, 100, 1.05), badCloseAt(clean, 249, 1.05)];
    const reasons = broken.map((candles) => {
      const { direction, tp, candidate, reasons: all } = analyse(candles, { scoreQuantile: 0, costBps: 0 });
      expect([direction, tp, candidate]).toEqual(['WAIT', null, null]);
      return all[0];
    });
    expect(reasons[0]).toMatch(/^Jump in the price at 1970-01-01T08:20Z, by a factor of (9\.|10\.)/);
    expect(reasons[1]).toMatch(/^Doubtful close at 1970-01-01T08:20Z/);
    expect(reasons[2]).toMatch(/^The last close has moved/);
  });

  it('asks less of a step where the asset class moves less', () => {
    const step = splitAt(walkOf(1, { sigma: 3e-4 }), 100, 1.15);
    expect(discontinuity(step)).toBeNull();
    expect(discontinuity(step, jumpLimitsOf('forex').step)).toMatchObject({ kind: 'step', bar: 100 });
  });

  it('gives finite numbers where six of ten candles have no range', () => {
    for (const seed of seeds) {
      const flat = copyOf(walkOf(seed));
      for (let t = 1; t < 250; t++) {
        flat.open[t] = flat.close[t - 1]!;
        if (t % 5 < 3) flat.close[t] = flat.high[t] = flat.low[t] = flat.open[t]!;
        else {
          flat.high[t] = Math.max(flat.open[t]!, flat.high[t]!, flat.close[t]!);
          flat.low[t] = Math.min(flat.open[t]!, flat.low[t]!, flat.close[t]!);
        }
      }
      const found = analyse(flat, { scoreQuantile: 0, costBps: 0 });
      expect(numbersIn(found).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('scales that one bar cannot move', () => {
  it.each([0.05, 0.4])('keeps the deviation of returns through one of %s', (size) => {
    const clean = walkOf(1, { sigma: 3e-4 });
    const jumped = copyOf(clean);
    for (const column of [jumped.open, jumped.high, jumped.low, jumped.close])
      for (let t = 100; t < 250; t++) column[t]! *= Math.exp(t > 100 || column === jumped.close ? size : 0);
    const ratio = variance(features(jumped).returns) / variance(features(clean).returns);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  it('keeps the volatility per bar through one wrong high', () => {
    const clean = walkOf(1, { sigma: 3e-4 });
    const spiked = copyOf(clean);
    spiked.high[100]! *= 1.05;
    expect(volatility(spiked).perBar / volatility(clean).perBar).toBeLessThan(2);
  });
});

describe('isRestated', () => {
  it.each<[string, number, boolean]>([
    ['crypto', 0.9, false],
    ['crypto', 0.4, false],
    ['crypto', 0.1, true],
    ['crypto', 4, true],
    ['forex', 0.7, false],
    ['forex', 2.2, false],
    ['forex', 0.001, true],
    ['equity', 0.65, false],
    ['equity', 0.5, true],
    ['equity', 0.45, false],
    ['equity', 1 / 3.02, true],
    ['equity', 10, true],
    ['of nobody', 0.1, true],
  ])('in %s, a price times %s: %s', (assetClass, factor, expected) => {
    expect(isRestated(jumpLimitsOf(assetClass), 158.704, 158.704 * factor)).toBe(expected);
  });
});

describe('on a real month', needsBtc, () => {
  it.each([
    [5, 25],
    [30, 25],
  ])('calls nothing on a spoilt window of %s min, or with the stop of the clean one', (minutes, stride) => {
    const { clean, found } = firstCall(btcCandles(minutes));
    const stop = ({ entry, sl }: Analysis) => Math.abs(entry - sl!) / entry;
    for (let bar = 3; bar < 250; bar += stride) {
      for (const factor of [10, 4, 0.1])
        expect(analyse(splitAt(clean, bar, factor)).reasons[0]).toMatch(/^Jump/);
      for (const factor of [1.01, 1.05, 1.5]) {
        const spoilt = analyse(badCloseAt(clean, bar, factor));
        const ratio = spoilt.direction === 'WAIT' ? 1 : stop(spoilt) / stop(found);
        expect([bar, factor, Math.abs(ratio - 1) < 0.1]).toEqual([bar, factor, true]);
      }
    }
  });
});

describe('on three real months', needsMonths, () => {
  it('finds no break in 29,096 windows of 5, 15 and 30 minutes, and doubts 96 last closes', async () => {
    const counts: Record<string, number> = {};
    for (const [name, assetClass] of months)
      for (const minutes of [5, 15, 30]) {
        const candles = aggregateCandles((await readCandles(dataPath(name))).candles, minutes * 60_000);
        for (let end = 250; end <= candles.close.length; end++) {
          const kind =
            discontinuity(cut(candles, end - 250, end), jumpLimitsOf(assetClass).step)?.kind ?? 'sound';
          counts[kind] = (counts[kind] ?? 0) + 1;
        }
      }
    expect(counts).toEqual({ sound: 29_000, unconfirmed: 96 });
  });
});

function cut(candles: CandleColumns, from: number, to: number): CandleColumns {
  const part = { ...candles };
  for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const)
    part[name] = candles[name].subarray(from, to);
  return part;
}

function firstCall(candles: CandleColumns): { clean: CandleColumns; found: Analysis } {
  for (let end = 250; end <= candles.close.length; end++) {
    const until = cut(candles, 0, end);
    const found = analyse(until);
    if (found.direction !== 'WAIT') return { clean: copyOf(lastCandles(until, 250)), found };
  }
  throw new Error('no call in this month');
}

function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];
}
