import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kinds, usual, type Indicator, type KindName } from '../../web/src/chart/indicators/kinds.ts';
import { runIndicator } from '../../web/src/chart/indicators/run-indicator.ts';
import type { Bar } from '../../web/src/state/chart/candles.ts';
import { parseIndicators } from '../../web/src/state/chart/indicators.ts';

const bar = (i: number, close: number, over: Partial<Bar> = {}): Bar => ({
  time: 1_700_006_400 + i * 3600,
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  volume_kind: 'traded',
  complete: true,
  closed: true,
  ...over,
});
const valuesOf = (indicator: Indicator, bars: readonly Bar[]) => {
  const run = runIndicator(indicator);
  run.set(bars);
  return run.values();
};

// Tulip Indicators, tests/untest.txt: the input and `sma 5`, `ema 5`, `bbands 5 2`, `rsi 5`.
const closes = [
  81.59, 81.06, 82.87, 83.0, 83.61, 83.15, 82.84, 83.99, 84.55, 84.36, 85.53, 86.54, 86.89, 87.77, 87.29,
];
const published = {
  sma: [82.426, 82.738, 83.094, 83.318, 83.628, 83.778, 84.254, 84.994, 85.574, 86.218, 86.804],
  ema: [82.714, 82.859, 82.853, 83.232, 83.671, 83.901, 84.444, 85.143, 85.725, 86.407, 86.701],
  rsi: [72.03, 64.93, 75.94, 79.8, 74.71, 83.03, 87.48, 88.76, 91.48, 78.5],
};
const bands = {
  upper: [84.32, 84.49, 83.66, 84.16, 84.84, 85.12, 86.0, 86.85, 87.61, 88.57, 88.32],
  lower: [80.53, 80.99, 82.53, 82.47, 82.42, 82.44, 82.51, 83.14, 83.54, 83.87, 85.29],
};
// StockCharts, ChartSchool, "Average True Range (ATR)": high, low and close of QQQQ, with the ATR of 14 bars from the 14th on.
const qqqq = [
  [48.7, 47.79, 48.16],
  [48.72, 48.14, 48.61],
  [48.9, 48.39, 48.75],
  [48.87, 48.37, 48.63],
  [48.82, 48.24, 48.74],
  [49.05, 48.635, 49.03],
  [49.2, 48.94, 49.07],
  [49.35, 48.86, 49.32],
  [49.92, 49.5, 49.91],
  [50.19, 49.87, 50.13],
  [50.12, 49.2, 49.53],
  [49.66, 48.9, 49.5],
  [49.88, 49.43, 49.75],
  [50.19, 49.725, 50.03],
  [50.36, 49.26, 50.31],
  [50.57, 50.09, 50.52],
] as const;

describe('an indicator', () => {
  const bars = closes.map((close, i) => bar(i, close));

  it.each(['sma', 'ema', 'rsi'] as const)('gives the published numbers: %s', (kind) => {
    const values = valuesOf({ kind, values: [5] }, bars).map(([value]) => value);
    const expected = published[kind];
    expect(values.slice(0, -expected.length).every((value) => value === null)).toBe(true);
    for (const [i, value] of values.slice(-expected.length).entries())
      expect(Math.abs(value! - expected[i]!), `${kind} ${i}`).toBeLessThan(0.006);
  });

  it('gives the published numbers: Bollinger bands', () => {
    const values = valuesOf({ kind: 'bollinger', values: [5, 2] }, bars);
    expect(values.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => [null, null, null]));
    for (const [i, [upper, middle, lower]] of values.slice(4).entries()) {
      expect(Math.abs(upper! - bands.upper[i]!)).toBeLessThan(0.006);
      expect(Math.abs(middle! - published.sma[i]!)).toBeLessThan(0.0006);
      expect(Math.abs(lower! - bands.lower[i]!)).toBeLessThan(0.006);
    }
  });

  it('gives the published numbers: average true range', () => {
    const ranged = qqqq.map(([high, low, close], i) => bar(i, close, { high, low }));
    const values = valuesOf({ kind: 'atr', values: [14] }, ranged).map(([value]) => value);
    expect(values.slice(0, 13).every((value) => value === null)).toBe(true);
    expect(values.slice(13).map((value) => value!.toFixed(6))).toEqual(['0.555000', '0.593929', '0.585791']);
  });

  it('weighs by volume from midnight on, and has no value once a volume counts something else', () => {
    const at = (hour: number, close: number, volume: number, volume_kind: 'traded' | 'ticks' = 'traded') =>
      bar(hour, close, { time: 1_700_006_400 + (hour - 0) * 3600, volume, volume_kind });
    // 1 700 006 400 is midnight UTC.
    const values = valuesOf({ kind: 'vwap', values: [] }, [
      at(0, 10, 1),
      at(1, 20, 3),
      at(2, 30, 1, 'ticks'),
      at(3, 30, 1),
      at(24, 50, 2),
    ]);
    expect(values).toEqual([[10], [17.5], [null], [null], [50]]);
  });

  it.each(Object.keys(kinds) as KindName[])(
    'is the same however often the forming bar has changed, and whatever came in front: %s',
    (kind) => {
      const price = fc.double({ min: 1, max: 1000, noNaN: true });
      // What a volume counts may change with each version of a bar, too.
      const version = fc.tuple(
        price,
        fc.oneof({ weight: 9, arbitrary: fc.constant('traded' as const) }, fc.constant('ticks' as const)),
      );
      fc.assert(
        fc.property(
          fc.array(fc.record({ prices: fc.array(version, { minLength: 1, maxLength: 4 }), range: price }), {
            minLength: 1,
            maxLength: 60,
          }),
          fc.integer({ min: 0, max: 20 }),
          (steps, older) => {
            const indicator = {
              ...usual(kind),
              values: usual(kind).values.map((value) => Math.min(value, 5)),
            };
            const run = runIndicator(indicator);
            let bars: readonly Bar[] = [];
            for (const [i, { prices, range }] of steps.entries()) {
              for (const [j, [close, volume_kind]] of prices.entries()) {
                const closed = j === prices.length - 1;
                const next = bar(i, close, { high: close + range, volume_kind, closed });
                bars = bars.length > i ? bars.with(i, next) : [...bars, next];
                run.set(bars);
              }
            }
            expectSame(run.values(), valuesOf(indicator, bars));
            bars = [...Array.from({ length: older }, (_, i) => bar(i - older, 7 + i)), ...bars];
            run.set(bars);
            expectSame(run.values(), valuesOf(indicator, bars));
          },
        ),
        { numRuns: 60 },
      );
    },
  );
});

function expectSame(
  actual: readonly (readonly (number | null)[])[],
  expected: readonly (readonly (number | null)[])[],
): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, values] of expected.entries())
    for (const [line, value] of values.entries()) {
      const got = actual[i]![line]!;
      if (value === null) expect(got, `bar ${i}`).toBeNull();
      else
        expect(Math.abs(got - value), `bar ${i}: ${got}, not ${value}`).toBeLessThan(
          1e-6 * (1 + Math.abs(value)),
        );
    }
}

describe('kept indicators', () => {
  it('come back, within their bounds, without what is none', () => {
    const kept = {
      'BTCUSD 1h': [
        { kind: 'sma', values: [1e9] },
        { kind: 'bollinger', values: ['x', 2.34] },
        { kind: 'constructor', values: [3] },
        null,
      ],
      'X 1h': 'none',
    };
    expect(parseIndicators(JSON.stringify(kept))).toEqual({
      'BTCUSD 1h': [
        { kind: 'sma', values: [400] },
        { kind: 'bollinger', values: [20, 2.3] },
      ],
      'X 1h': [],
    });
    for (const text of [null, '', '{', '7', 'null', '[]']) expect(parseIndicators(text)).toEqual({});
  });
});
