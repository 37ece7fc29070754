import { describe, expect, it } from 'vitest';
import * as indicators from '../../strategy/indicators.ts';
import { talibSeries as bars } from './talib-series.ts';

const { sma, ema, wma, tema, kama, rsi, roc, macd, bollinger, linearRegression } = indicators;
const { atr, adx, cci, williams, stochastic, mfi } = indicators;
const { close } = bars;

/**
 * The value at a bar, counted from 0, and as TA-Lib prints it, less the digits that are not
 * those of its function: its own test lets pass what is within 0.01.
 */
type Row = readonly [bar: number, printed: string];
type Case = readonly [name: string, file: string, value: (ago: number) => number, rows: readonly Row[]];

/** TA-Lib's own expectations (src/tools/ta_regtest/ta_test_func of TA-Lib/ta-lib): the index of its output plus the bar at which that begins. */
const cases: readonly Case[] = [
  [
    'SMA 2',
    'test_ma.c',
    (ago) => sma(close, 2, ago),
    [
      [1, '93.15'],
      [2, '94.59'],
      [3, '94.73'],
      [251, '108.31'],
    ],
  ],
  [
    'SMA 30',
    'test_ma.c',
    (ago) => sma(close, 30, ago),
    [
      [29, '90.42'],
      [30, '90.21'],
      [31, '89.96'],
      [58, '87.12'],
      [250, '107.95'],
      [251, '108.42'],
    ],
  ],
  [
    'WMA 2',
    'test_ma.c',
    (ago) => wma(close, 2, ago),
    [
      [1, '93.71'],
      [2, '94.52'],
      [3, '94.85'],
      [251, '108.16'],
    ],
  ],
  [
    'WMA 30',
    'test_ma.c',
    (ago) => wma(close, 30, ago),
    [
      [29, '88.567'],
      [30, '88.233'],
      [31, '88.034'],
      [58, '87.191'],
      [250, '109.34'],
      [251, '109.34'],
    ],
  ],
  // Begun at the first value, which TA-Lib calls compatible with Metastock.
  [
    'EMA 2',
    'test_ma.c',
    (ago) => ema(close, 2, ago),
    [
      [2, '94.15'],
      [3, '94.78'],
      [4, '94.11'],
      [251, '108.21'],
    ],
  ],
  [
    'EMA 10',
    'test_ma.c',
    (ago) => ema(close, 10, ago),
    [
      [10, '93.24'],
      [11, '93.97'],
      [12, '94.79'],
      [30, '86.23'],
      [31, '86.39'],
      [250, '109.22'],
      [251, '108.97'],
    ],
  ],
  [
    'TEMA 14',
    'test_ma.c',
    (ago) => tema(close, 14, ago),
    [
      [39, '84.721'],
      [40, '84.089'],
      [251, '108.418'],
    ],
  ],
  [
    'KAMA 10',
    'test_ma.c',
    (ago) => kama(close, 10, ago),
    [
      [10, '92.6575'],
      [11, '92.7783'],
      [251, '109.294'],
    ],
  ],
  [
    'RSI 14',
    'test_rsi.c',
    (ago) => rsi(close, 14, ago),
    [
      [14, '49.14'],
      [15, '52.32'],
      [16, '46.07'],
      [251, '49.63'],
    ],
  ],
  [
    'ROC 14',
    'test_mom.c',
    (ago) => 100 * roc(close, 14, ago),
    [
      [14, '-0.546'],
      [15, '-2.109'],
      [16, '-5.53'],
      [20, '-4.49'],
      [21, '-5.5256'],
      [251, '-1.0367'],
    ],
  ],
  ['BBANDS 20 2, upper', 'test_bbands.c', (ago) => bollinger(close, 20, 2, ago).upper, [[19, '98.0734']]],
  ['BBANDS 20 2, middle', 'test_bbands.c', (ago) => bollinger(close, 20, 2, ago).middle, [[19, '92.8910']]],
  ['BBANDS 20 2, lower', 'test_bbands.c', (ago) => bollinger(close, 20, 2, ago).lower, [[19, '87.7086']]],
  [
    'STOCH 5 3 4, k',
    'test_stoch.c',
    (ago) => stochastic(bars, { length: 5, average: 4 }, ago).k,
    [
      [9, '38.139'],
      [251, '30.194'],
    ],
  ],
  [
    'STOCH 5 3 4, d',
    'test_stoch.c',
    (ago) => stochastic(bars, { length: 5, average: 4 }, ago).d,
    [
      [9, '36.725'],
      [251, '46.641'],
    ],
  ],
  [
    'STOCH 5 3 3, k',
    'test_stoch.c',
    (ago) => stochastic(bars, { length: 5 }, ago).k,
    [
      [8, '24.01'],
      [251, '30.194'],
    ],
  ],
  [
    'STOCH 5 3 3, d',
    'test_stoch.c',
    (ago) => stochastic(bars, { length: 5 }, ago).d,
    [
      [8, '36.254'],
      [251, '43.69'],
    ],
  ],
  ['ATR 14', 'test_trange.c', (ago) => atr(bars, 14, ago), [[251, '3.26']]],
  ['NATR 14', 'test_per_hlc.c', (ago) => (100 * atr(bars, 14, ago)) / close.at(-1 - ago)!, [[251, '3.0229']]],
  [
    'ADX 14',
    'test_adx.c',
    (ago) => adx(bars, 14, ago),
    [
      [250, '16.6840'],
      [251, '15.5260'],
    ],
  ],
  ['CCI 2', 'test_per_hlc.c', (ago) => cci(bars, 2, ago), [[1, '66.666']]],
  ['CCI 5', 'test_per_hlc.c', (ago) => cci(bars, 5, ago), [[4, '18.857']]],
  [
    'CCI 11',
    'test_per_hlc.c',
    (ago) => cci(bars, 11, ago),
    [
      [10, '87.927'],
      [11, '180.005'],
      [12, '143.5190963'],
      [13, '-113.8669783'],
      [14, '-111.064497'],
      [22, '-157.698269'],
      [30, '-0.005587727'],
      [34, '113.4778681'],
      [251, '-169.65514'],
    ],
  ],
  [
    'WILLR 14',
    'test_per_hlc.c',
    (ago) => williams(bars, 14, ago),
    [
      [13, '-90.1943'],
      [14, '-66.9903'],
      [24, '-89.2857'],
      [25, '-97.2602'],
      [26, '-71.5482'],
      [125, '0.0'],
      [251, '-59.1515'],
    ],
  ],
  [
    'MFI 14',
    'test_per_hlcv.c',
    (ago) => mfi(bars, 14, ago),
    [
      [14, '42.8923'],
      [15, '45.6072'],
      [251, '53.1997'],
    ],
  ],
  [
    'MFI 50',
    'test_per_hlcv.c',
    (ago) => mfi(bars, 50, ago),
    [
      [50, '44.2414'],
      [51, '42.1108'],
      [251, '50.5905'],
    ],
  ],
  [
    'MFI 100',
    'test_per_hlcv.c',
    (ago) => mfi(bars, 100, ago),
    [
      [100, '50.0166'],
      [101, '50.2648'],
    ],
  ],
];

describe("indicators on TA-Lib's own bars", () => {
  it.each(cases)('%s is that of %s', (_name, _file, value, rows) => {
    for (const [bar, printed] of rows)
      expect(
        Math.abs(value(close.length - 1 - bar) - Number(printed)),
        `bar ${bar}, ${printed}`,
      ).toBeLessThan(1.001 * unitOf(printed));
  });

  it('draws the line through the columns with which Wilkinson tests programs, as test_linearreg.c asks', () => {
    const nine = (at: (i: number) => number) => Float64Array.from({ length: 9 }, (_, i) => at(i + 1));
    const big = linearRegression(
      nine((i) => 99_999_990 + i),
      9,
    );
    expect(big.slope).toBeCloseTo(1, 6);
    expect(big.value).toBeCloseTo(99_999_999, 6);
    const little = linearRegression(
      nine((i) => 0.9999999 + i * 1e-8),
      9,
    );
    expect(little.slope).toBeCloseTo(1e-8, 14);
    expect(little.value).toBeCloseTo(0.99999999, 14);
  });

  it('differs from it where a memory begins, which is forgotten, and at a price that repeats', () => {
    const at = (bar: number) => close.length - 1 - bar;
    // Begun at the first value; TA-Lib's classic average begins with a simple one: 93.22.
    expect(ema(close, 10, at(9))).toBeCloseTo(92.607, 3);
    // So begin the averages of the MACD, which is -1.9738 there.
    expect(macd(close, {}, at(33)).macd).toBeCloseTo(-1.2692, 4);
    // The typical price of bar 187 is that of the bar before, to the last bit: no flow. TA-Lib, which rounds otherwise, counts a rise: 48.8421.
    expect(mfi(bars, 100)).toBeCloseTo(48.4265, 4);
    // The first bar counts with its range alone; TA-Lib begins at the second, with 3.578 and 23.0000.
    expect(atr(bars, 14, at(14))).toBeCloseTo(3.5117, 4);
    expect(adx(bars, 14, at(27))).toBeCloseTo(22.1819, 4);
  });
});

/** One unit of the last printed place: TA-Lib prints some rounded and some cut off. */
const unitOf = (printed: string): number => 10 ** -(printed.split('.')[1]?.length ?? 0);
