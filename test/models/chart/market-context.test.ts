import { describe, expect, it } from 'vitest';
import { breakout } from '../../../models/chart/breakout.ts';
import type { CandleColumns, VolumeKind } from '../../../models/candle-columns.ts';
import { marketContext } from '../../../models/chart/market-context.ts';
import { seededRandom, standardNormal } from '../../../models/random.ts';
import { rangePosition } from '../../../models/chart/range-position.ts';
import { supportResistance } from '../../../models/chart/support-resistance.ts';
import { swings } from '../../../models/chart/swings.ts';
import { trend } from '../../../models/chart/trend.ts';
import { volatility } from '../../../models/chart/volatility.ts';
import { volumeSurge } from '../../../models/chart/volume-surge.ts';

/** Candles from closes, each reaching `reach` of its price beyond its body on both sides. */
function candlesOf(close: number[], reach = 0.001, volumeKind: VolumeKind = 'traded'): CandleColumns {
  const open = close.map((value, t) => close[t - 1] ?? value);
  return {
    time: Float64Array.from(close, (_, t) => t),
    open: Float64Array.from(open),
    high: Float64Array.from(close, (value, t) => Math.max(value, open[t]!) * (1 + reach)),
    low: Float64Array.from(close, (value, t) => Math.min(value, open[t]!) * (1 - reach)),
    close: Float64Array.from(close),
    volume: new Float64Array(close.length).fill(10),
    volumeKind,
  };
}

/** Candles of a Brownian motion of known volatility, 400 steps a bar. */
function brownian(sigma: number, bars: number): CandleColumns {
  const random = seededRandom(2);
  const rows = { open: [1], high: [1], low: [1], close: [1] };
  for (let t = 0, price = 1; t < bars; t++) {
    const path = Array.from(
      { length: 400 },
      () => (price *= Math.exp((sigma / 20) * standardNormal(random))),
    );
    const open = rows.close[t]!;
    rows.open[t] = open;
    rows.close[t] = path.at(-1)!;
    rows.high[t] = Math.max(open, ...path);
    rows.low[t] = Math.min(open, ...path);
    if (t + 1 < bars) rows.close[t + 1] = path.at(-1)!;
  }
  const column = (values: number[]): Float64Array => Float64Array.from(values.slice(1, bars));
  return {
    ...candlesOf(rows.close.slice(1, bars)),
    open: column([1, ...rows.close]),
    high: column(rows.high),
    low: column(rows.low),
  };
}

describe('trend', () => {
  it('finds slope, t and R² of a line', () => {
    const { slope, r2, direction } = trend(Float64Array.from({ length: 50 }, (_, t) => Math.exp(0.002 * t)));
    expect(slope).toBeCloseTo(0.002, 12);
    expect(r2).toBeCloseTo(1, 9);
    expect(direction).toBe('up');
  });

  it('gives the textbook t of a small sample (y = 1, 3, 2, 5 in logs: slope 1.1, t 2.0412)', () => {
    const { slope, tStatistic, r2 } = trend(Float64Array.from([1, 3, 2, 5], Math.exp), 4);
    expect(slope).toBeCloseTo(1.1, 12);
    expect(r2).toBeCloseTo(0.6914, 4);
    expect(tStatistic).toBeCloseTo(Math.sqrt((2 * r2) / (1 - r2)), 9);
  });

  it('calls no more than one random walk in ten a trend', () => {
    const random = seededRandom(3);
    const called = Array.from({ length: 400 }, () => {
      let x = 0;
      return trend(Float64Array.from({ length: 50 }, () => Math.exp((x += 0.01 * standardNormal(random)))))
        .direction;
    }).filter((direction) => direction !== 'flat');
    expect(called.length / 400).toBeLessThan(0.1);
    expect(called.length).toBeGreaterThan(0);
  });

  it('is flat without movement', () => {
    expect(trend(new Float64Array(50).fill(7))).toEqual({
      direction: 'flat',
      slope: 0,
      tStatistic: 0,
      r2: 0,
    });
  });
});

describe('volatility', () => {
  it('estimates the volatility of a known motion by ranges and by closes', () => {
    const found = volatility(brownian(0.01, 250));
    // Ranges of a path in 400 steps miss some of the extremes: the estimators stay a few percent low.
    for (const value of [found.garmanKlass, found.parkinson, found.closeToClose]) {
      expect(value).toBeGreaterThan(0.009);
      expect(value).toBeLessThan(0.011);
    }
    expect(found.ratio).toBeGreaterThan(0.7);
  });

  it('is zero without movement', () => {
    expect(
      volatility(
        candlesOf(
          Array.from({ length: 60 }, () => 5),
          0,
        ),
      ),
    ).toMatchObject({ perBar: 0, ratio: null });
  });
});

describe('volumeSurge', () => {
  it('measures the last bar by the median before it, and only where volume means one thing', () => {
    const candles = candlesOf(Array.from({ length: 60 }, () => 5));
    candles.volume[59] = 35;
    expect(volumeSurge(candles)).toBe(3.5);
    expect(volumeSurge({ ...candles, volumeKind: 'ticks' })).toBe(3.5);
    expect(volumeSurge({ ...candles, volumeKind: 'mixed' })).toBeNull();
    expect(volumeSurge({ ...candles, volumeKind: 'none' })).toBeNull();
    expect(volumeSurge({ ...candles, volume: new Float64Array(60) })).toBeNull();
  });
});

describe('swings and supportResistance', () => {
  const zigzag = [10, 11, 12, 13, 12, 11, 10, 9, 10, 11, 12, 13, 12, 11, 10, 11, 12];

  it('find the turns, and none in bars whose future is not known', () => {
    const found = swings(candlesOf(zigzag, 0));
    expect(found.map(({ kind, bar }) => `${kind} ${bar}`)).toEqual(['high 3', 'low 7', 'high 11']);
    // Causal: what is found in a prefix stays found.
    const prefix = swings(candlesOf(zigzag.slice(0, 12), 0));
    expect(found.slice(0, prefix.length)).toEqual(prefix);
  });

  it('join near turns to one level and sort them by distance', () => {
    const turns = [100, 100.05, 90, 110, 120].map((price, bar) => ({ kind: 'high' as const, bar, price }));
    const { supports, resistances } = supportResistance(turns, 105, 0.001);
    expect(supports).toEqual([
      { price: 100.025, touches: 2 },
      { price: 90, touches: 1 },
    ]);
    expect(resistances.map(({ price }) => price)).toEqual([110, 120]);
  });
});

describe('breakout', () => {
  const quiet = Array.from({ length: 30 }, (_, t) => 100 + 0.1 * (t % 2));

  it('wants a close beyond the range, a wide bar, and volume where it is real', () => {
    const up = candlesOf([...quiet, 102]);
    expect(breakout(up, 2).direction).toBe('up');
    expect(breakout(up, 1).direction).toBe('none');
    expect(breakout(up, null).direction).toBe('up');
    expect(breakout({ ...up, volumeKind: 'ticks' }, 1).direction).toBe('up');
    expect(breakout(candlesOf([...quiet, 98]), 2).direction).toBe('down');
    expect(breakout(candlesOf([...quiet, 100.05]), 2).direction).toBe('none');
  });
});

describe('rangePosition', () => {
  it('places the close in the range and widens its threshold with volatility', () => {
    const candles = candlesOf([100, 110, 101], 0);
    expect(rangePosition(candles, 1)).toMatchObject({ position: 0.1, isDiscount: true, isPremium: false });
    expect(rangePosition(candles, 1).threshold).toBeLessThan(rangePosition(candles, 1.3).threshold);
    expect(rangePosition(candles, 9).threshold).toBe(0.5);
    expect(rangePosition(candlesOf([5, 5, 5], 0), null)).toMatchObject({ position: 0.5, isDiscount: false });
  });
});

describe('marketContext', () => {
  it('does not change for a bar when later bars come', () => {
    const candles = brownian(0.01, 120);
    const head = candlesOf([...candles.close].slice(0, 100));
    const whole = candlesOf([...candles.close]);
    const cut = Object.fromEntries(
      Object.entries(whole).map(([key, value]) => [
        key,
        value instanceof Float64Array ? value.subarray(0, 100) : value,
      ]),
    ) as unknown as CandleColumns;
    expect(marketContext(cut)).toEqual(marketContext(head));
  });
});
