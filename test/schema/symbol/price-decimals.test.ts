import { assert, boolean, double, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decimalsOf,
  decimalsOfLevels,
  mostRoundingShift,
  roundingShift,
} from '../../../schema/symbol/price-decimals.ts';

describe('roundingShift', () => {
  it('is the larger of what happens to risk and to reward per risk', () => {
    const levels = { entry: 0.00499523, tp: 0.00501335, sl: 0.0049823 };
    // 1.40 becomes 0.50, and the risk half as much again.
    expect(roundingShift(levels, 5)).toBeCloseTo(1 - 0.5 / (1812 / 1293), 6);
    expect(roundingShift(levels, 8)).toBeCloseTo(0, 9);
    expect(roundingShift({ entry: 100, tp: 110, sl: 95 }, 0)).toBe(0);
  });

  it('is beyond every bound where no risk is left', () => {
    expect(roundingShift({ entry: 1.000001, tp: 1.1, sl: 1.000002 }, 5)).toBe(Infinity);
  });
});

describe('decimalsOfLevels', () => {
  it.each([
    ['EURUSD', { entry: 1.0721, tp: 1.0754321, sl: 1.0699876 }, 5],
    ['USDJPY', { entry: 158.704, tp: 159.1, sl: 158.4 }, 3],
    ['BTCUSD', { entry: 57968.46, tp: 58100, sl: 57900 }, 2],
    ['BTCIDR', { entry: 1_654_321_505, tp: 1_660_000_000, sl: 1_650_000_000 }, 2],
    ['SHIBUSD', { entry: 0.0000234, tp: 0.0000239, sl: 0.0000231 }, 8],
    ['AAPL', { entry: 189.12, tp: 191, sl: 188 }, 2],
  ])('is what %s is quoted with', (symbol, levels, decimals) => {
    expect(decimalsOfLevels(symbol, levels)).toBe(decimals);
    expect(decimalsOf(symbol, levels.entry)).toBe(decimals);
  });

  it('is as many as the quote itself has', () => {
    expect(decimalsOfLevels('AAPL', { entry: 12.3456, tp: 14, sl: 11 })).toBe(4);
  });

  it('never turns a trade into another', () => {
    assert(
      property(
        double({ min: 1e-7, max: 2e9, noNaN: true }),
        integer({ min: 1, max: 200 }),
        integer({ min: 50, max: 300 }),
        boolean(),
        (entry, stop, reward, buy) => {
          const risk = entry * stop * 1e-4 * (buy ? 1 : -1);
          const levels = { entry, sl: entry - risk, tp: entry + (risk * reward) / 100 };
          expect(roundingShift(levels, decimalsOfLevels('XYZUSD', levels))).toBeLessThanOrEqual(
            mostRoundingShift,
          );
        },
      ),
    );
  });
});
