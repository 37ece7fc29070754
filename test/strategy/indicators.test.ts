import { describe, expect, it } from 'vitest';
import * as indicators from '../../strategy/indicators.ts';

const { sma, ema, wma, tema, hma, kama, rsi, roc, macd, bollinger, linearRegression } = indicators;
const { atr, adx, cci, williams, stochastic, mfi, obv, highest, lowest, crossed } = indicators;

/** The candles of tulipindicators' own tests (tests/untest.txt), and below the numbers that it publishes for them, to three places. */
const open = Float64Array.of(
  81.85,
  81.2,
  81.55,
  82.91,
  83.1,
  83.41,
  82.71,
  82.7,
  84.2,
  84.25,
  84.03,
  85.45,
  86.18,
  88,
  87.6,
);
const high = Float64Array.of(
  82.15,
  81.89,
  83.03,
  83.3,
  83.85,
  83.9,
  83.33,
  84.3,
  84.84,
  85,
  85.9,
  86.58,
  86.98,
  88,
  87.87,
);
const low = Float64Array.of(
  81.29,
  80.64,
  81.31,
  82.65,
  83.07,
  83.11,
  82.49,
  82.3,
  84.15,
  84.11,
  84.03,
  85.39,
  85.76,
  87.17,
  87.01,
);
const close = Float64Array.of(
  81.59,
  81.06,
  82.87,
  83,
  83.61,
  83.15,
  82.84,
  83.99,
  84.55,
  84.36,
  85.53,
  86.54,
  86.89,
  87.77,
  87.29,
);
const volume = Float64Array.of(
  5653100,
  6447400,
  7690900,
  3831400,
  4455100,
  3798000,
  3936200,
  4732000,
  4841300,
  3915300,
  6830800,
  6694100,
  5293600,
  7985800,
  4807900,
);
const candles = { open, high, low, close, volume };

/** Published last values, newest last: compared from the end. */
const tulip: readonly [name: string, value: (ago: number) => number, published: readonly number[]][] = [
  [
    'sma 5',
    (ago) => sma(close, 5, ago),
    [82.426, 82.738, 83.094, 83.318, 83.628, 83.778, 84.254, 84.994, 85.574, 86.218, 86.804],
  ],
  [
    'ema 5',
    (ago) => ema(close, 5, ago),
    [82.714, 82.859, 82.853, 83.232, 83.671, 83.901, 84.444, 85.143, 85.725, 86.407, 86.701],
  ],
  [
    'wma 5',
    (ago) => wma(close, 5, ago),
    [82.825, 83.066, 83.1, 83.399, 83.809, 84.053, 84.637, 85.399, 86.031, 86.763, 87.121],
  ],
  ['tema 5', (ago) => tema(close, 5, ago), [87.042, 87.819, 87.721]],
  [
    'hma 5',
    (ago) => hma(close, 5, ago),
    [83.69, 83.038, 83.472, 84.55, 84.835, 85.36, 86.552, 87.346, 87.965, 87.916],
  ],
  [
    'kama 5',
    (ago) => kama(close, 5, ago),
    [83.56, 83.452, 83.506, 83.647, 83.686, 84.126, 85.026, 85.69, 86.447, 86.673],
  ],
  [
    'rsi 5',
    (ago) => rsi(close, 5, ago),
    [72.034, 64.927, 75.936, 79.796, 74.713, 83.033, 87.478, 88.755, 91.483, 78.498],
  ],
  [
    'roc 5',
    (ago) => roc(close, 5, ago),
    [0.019, 0.022, 0.014, 0.019, 0.009, 0.029, 0.045, 0.035, 0.038, 0.035],
  ],
  [
    'bbands 5 2, lower',
    (ago) => bollinger(close, 5, 2, ago).lower,
    [80.53, 80.987, 82.533, 82.472, 82.418, 82.435, 82.511, 83.143, 83.536, 83.87, 85.289],
  ],
  [
    'bbands 5 2, upper',
    (ago) => bollinger(close, 5, 2, ago).upper,
    [84.322, 84.489, 83.655, 84.164, 84.838, 85.121, 85.997, 86.845, 87.612, 88.566, 88.319],
  ],
  [
    'linreg 5',
    (ago) => linearRegression(close, 5, ago).value,
    [83.622, 83.722, 83.112, 83.56, 84.172, 84.604, 85.404, 86.21, 86.946, 87.854, 87.754],
  ],
  [
    'linregslope 5',
    (ago) => linearRegression(close, 5, ago).slope,
    [0.598, 0.492, 0.009, 0.121, 0.272, 0.413, 0.575, 0.608, 0.686, 0.818, 0.475],
  ],
  [
    'atr 5',
    (ago) => atr(candles, 5, ago),
    [1.116, 1.051, 1.009, 1.207, 1.136, 1.086, 1.243, 1.233, 1.23, 1.206, 1.137],
  ],
  ['adx 5', (ago) => adx(candles, 5, ago), [41.384, 44.288, 49.422, 54.918, 59.987, 65.292, 67.355]],
  ['cci 5', (ago) => cci(candles, 5, ago), [166.667, 82.02, 95.501, 130.912, 99.163, 116.342, 71.928]],
  [
    'willr 5',
    (ago) => williams(candles, 5, ago),
    [-7.477, -23.006, -40.927, -15.5, -11.417, -23.704, -10.278, -0.935, -3.051, -5.793, -17.884],
  ],
  [
    'stoch 5 3 3, k',
    (ago) => stochastic(candles, { length: 5 }, ago).k,
    [77.385, 83.126, 84.867, 88.361, 95.246, 96.74, 91.091],
  ],
  [
    'stoch 5 3 3, d',
    (ago) => stochastic(candles, { length: 5 }, ago).d,
    [75.702, 78.011, 81.793, 85.452, 89.491, 93.449, 94.359],
  ],
  [
    'mfi 5',
    (ago) => mfi(candles, 5, ago),
    [61.172, 67.308, 62.796, 64.661, 45.238, 67.841, 85.578, 85.963, 87.504, 84.647],
  ],
  [
    'obv',
    (ago) => obv(candles, ago),
    [
      -6447400, 1243500, 5074900, 9530000, 5732000, 1795800, 6527800, 11369100, 7453800, 14284600, 20978700,
      26272300, 34258100, 29450200,
    ],
  ],
  ['macd 2 5 9', (ago) => macd(close, { fast: 2, slow: 5, signal: 9 }, ago).macd, [0.891, 0.979, 0.621]],
  [
    'max 5',
    (ago) => highest(close, 5, ago),
    [83.61, 83.61, 83.61, 83.99, 84.55, 84.55, 85.53, 86.54, 86.89, 87.77, 87.77],
  ],
  [
    'min 5',
    (ago) => lowest(close, 5, ago),
    [81.06, 81.06, 82.84, 82.84, 82.84, 82.84, 82.84, 83.99, 84.36, 84.36, 85.53],
  ],
];

describe('indicators', () => {
  it.each(tulip)('%s gives the numbers that tulipindicators publishes', (_name, value, published) => {
    for (const [i, expected] of published.entries()) {
      const ago = published.length - 1 - i;
      expect(Math.abs(value(ago) - expected), `${ago} bars ago`).toBeLessThan(5.01e-4);
    }
  });

  /** Achelis, Technical Analysis from A to Z, as TA-Lib and tulipindicators test against it (tests/atoz.txt). */
  it('gives what Achelis printed', () => {
    const ranges = {
      high: [
        12.3125, 12.25, 12.3125, 12.2812, 12.375, 12.375, 12.3125, 12.375, 12.5, 12.5938, 12.3438, 12.4062,
        12.375, 12.4062, 12.375, 12.2812, 12.25, 12.0625, 12.3125, 12.3125,
      ],
      low: [
        12.1875, 12.1562, 12.1875, 12.125, 12.125, 12.2812, 12.1875, 12.1875, 12.2812, 12.3125, 12.2812,
        12.2812, 12.2812, 12.2812, 11.9688, 12.0938, 12, 11.6562, 12.1562, 12.125,
      ],
      close: [
        12.25, 12.1875, 12.25, 12.1875, 12.375, 12.3125, 12.2188, 12.3438, 12.5, 12.375, 12.3438, 12.3438,
        12.2812, 12.375, 12.0938, 12.1562, 12.0625, 11.9688, 12.1875, 12.1562,
      ],
    };
    const candles = {
      high: Float64Array.from(ranges.high),
      low: Float64Array.from(ranges.low),
      close: Float64Array.from(ranges.close),
    };
    expect(atr(candles, 4)).toBeCloseTo(0.2583, 4);
    expect(atr(candles, 4, 10)).toBeCloseTo(0.1954, 3);
    // Page 202, the line, its signal and the histogram at the last of 55 closes.
    const prices = [
      63.75, 63.625, 63, 62.75, 63.25, 65.375, 66, 65, 64.875, 64.75, 64.375, 64.375, 64.625, 64.375, 64.5,
      65.25, 67.875, 68, 66.875, 66.25, 65.875, 66, 65.875, 64.75, 63, 63.375, 63.375, 63.375, 63.875, 65.5,
      63.25, 60.75, 57.25, 59.125, 59.25, 58.5, 59.125, 59.75, 60.625, 60.5, 59, 59.5, 58.875, 59.625, 59.875,
      59.75, 59.625, 59.25, 58.875, 59.125, 60.875, 60.75, 61.125, 62.5, 63.25,
    ];
    expect(ema([25, 24.875, 24.781, 24.594, 24.5, 24.625, 25.219, 27.25], 5)).toBeCloseTo(25.654, 3);
    expect(prices).toHaveLength(55);
    expect(macd(prices).macd).toBeCloseTo(-0.0847, 1);
  });

  it('crosses where one line passes another, and nowhere else', () => {
    const line =
      (...values: number[]) =>
      (ago: number) =>
        values.at(-1 - ago)!;
    expect(crossed(line(1, 3), line(2, 2))).toBe('up');
    expect(crossed(line(3, 1), 2)).toBe('down');
    expect(crossed(line(2, 3), line(2, 2))).toBe('up');
    expect(crossed(line(3, 4), line(2, 2))).toBeNull();
    expect(crossed(line(3, 2), line(2, 2))).toBeNull();
  });

  it('says what is too few, and what is no length', () => {
    expect(() => sma(close, 16)).toThrow('15 values, 16 are needed');
    expect(() => highest(close, 5, 12)).toThrow('3 values, 5 are needed');
    expect(() => atr(candles, 0)).toThrow('the length is 0');
    expect(() => ema(close, 5, -1)).toThrow('ago is -1');
    expect(() => rsi(close, 2.5)).toThrow('the length is 2.5');
  });

  it('takes no number for settings, which would give the same value for every bar', () => {
    const values = Array.from({ length: 250 }, (_, i) => Math.sin(i / 9));
    expect(() => indicators.macd(values, 1 as never)).toThrow(/macd\(own\.close, \{\}, 1\)/);
    const candles = { high: values, low: values, close: values };
    expect(() => indicators.stochastic(candles as never, 1 as never)).toThrow(/stochastic\(own, \{\}, 1\)/);
  });

  it('gives the same whatever lies before the values it takes', () => {
    const longer = Float64Array.of(1, 1e9, 3, ...close);
    expect(sma(longer, 5)).toBe(sma(close, 5));
    expect(bollinger(longer, 5)).toEqual(bollinger(close, 5));
    expect(ema(longer, 5)).not.toBe(ema(close, 5));
  });
});
