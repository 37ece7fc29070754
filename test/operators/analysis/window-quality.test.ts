import { describe, expect, it } from 'vitest';
import { windowQuality } from '../../../operators/analysis/window-quality.ts';
import type { Candle } from '../../../schema/candle.ts';
import { candlesUntil, minute } from '../signals/signal-samples.ts';

const always = (from: number, to: number) => to - from;
const twenty = candlesUntil(20 * minute, 20);
const qualityOf = (candles: readonly Candle[]) => windowQuality(candles, always);
const withIncomplete = (...places: readonly number[]) =>
  twenty.map((candle, i) => (places.includes(i) ? { ...candle, complete: false } : candle));
const without = (...places: readonly number[]) => twenty.filter((_, i) => !places.includes(i));

describe('windowQuality', () => {
  it('finds a whole window whole', () => {
    expect(qualityOf(twenty)).toEqual({
      bars: 20,
      incomplete: 0,
      recentIncomplete: 0,
      missingShare: 0,
      recentMissing: 0,
      frozen: 0,
      flatShare: 0,
    });
  });

  it('counts incomplete bars, in all and among the last ten', () => {
    expect(qualityOf(withIncomplete(0, 9, 10, 19))).toMatchObject({
      bars: 20,
      incomplete: 4,
      recentIncomplete: 2,
      missingShare: expect.closeTo(0.2, 12) as number,
      recentMissing: 0,
    });
  });

  it('counts missing bars between the last ten, and the share of all', () => {
    expect(qualityOf(without(14, 15, 18))).toMatchObject({
      bars: 17,
      incomplete: 0,
      missingShare: expect.closeTo(0.15, 12) as number,
      recentMissing: 3,
    });
    // Those before the last ten are the share's alone; the hole before the first of the ten counts.
    expect(qualityOf(without(3, 4))).toMatchObject({
      recentMissing: 0,
      missingShare: expect.closeTo(0.1, 12) as number,
    });
    expect(qualityOf(without(9))).toMatchObject({ recentMissing: 1 });
    expect(qualityOf(without(8))).toMatchObject({ recentMissing: 0 });
  });

  it('counts a share of a bar that is missing as its nearest whole number', () => {
    const traded = (missed: number) => (from: number, to: number) =>
      to - from === minute ? missed : to - from;
    const quality = (missed: number) => windowQuality(without(15), always, traded(missed)).recentMissing;
    expect(quality(0.49 * minute)).toBe(0);
    expect(quality(0.5 * minute)).toBe(1);
  });

  it('measures what is missing by the longest of the last ten, not by one that a session cut short', () => {
    const five = candlesUntil(100 * minute, 12, { timeframe: '5min' });
    const whole = five.filter((_, i) => i !== 6);
    const last = whole[10]!;
    const candles = whole.with(10, { ...last, closeTime: last.openTime + minute });
    expect(qualityOf(candles).recentMissing).toBe(1);
  });

  it('misses nothing where no market hours are', () => {
    expect(windowQuality(twenty, () => 0)).toMatchObject({ missingShare: 0, recentMissing: 0 });
  });

  it('has never less than nothing missing', () => {
    const half = (from: number, to: number) => (to - from) / 2;
    expect(windowQuality(twenty, always, half).missingShare).toBe(0);
  });

  it('counts bars without a range, and those up to the last that repeat one price', () => {
    const still = (...prices: readonly number[]) =>
      twenty.map((candle, i) => {
        const price = prices[i - (20 - prices.length)];
        return price === undefined
          ? candle
          : { ...candle, open: price, high: price, low: price, close: price };
      });
    // The first of them repeats nothing.
    expect(qualityOf(still(7, 7, 7, 7))).toMatchObject({ frozen: 3, flatShare: 0.2 });
    expect(qualityOf(still(7, 7, 7, 8))).toMatchObject({ frozen: 0, flatShare: 0.2 });
    expect(qualityOf(still(7, 7, 8, 8))).toMatchObject({ frozen: 1, flatShare: 0.2 });
    const moving = still(7, 7, 7).with(19, { ...twenty[19]!, close: 7 });
    expect(qualityOf(moving)).toMatchObject({ frozen: 0, flatShare: 0.1 });
  });
});
