import { describe, expect, it } from 'vitest';
import { barsOfColumns, candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import type { Bar, VolumeKind } from '../../../schema/candle.ts';
import { minute } from '../signals/signal-samples.ts';

const bar = (i: number, change: Partial<Bar & { volumeKind: VolumeKind }> = {}) => ({
  openTime: i * minute,
  open: 10 * i + 1,
  high: 10 * i + 4,
  low: 10 * i,
  close: 10 * i + 2,
  ...change,
});
const kindOf = (...bars: readonly ReturnType<typeof bar>[]) => candleColumnsOf(bars).volumeKind;

describe('candleColumnsOf', () => {
  it('gives each field a column, a place for each bar', () => {
    expect(candleColumnsOf([bar(1, { volume: 7 }), bar(2, { volume: 0 })])).toEqual({
      time: Float64Array.of(minute, 2 * minute),
      open: Float64Array.of(11, 21),
      high: Float64Array.of(14, 24),
      low: Float64Array.of(10, 20),
      close: Float64Array.of(12, 22),
      volume: Float64Array.of(7, 0),
      volumeKind: 'traded',
    });
  });

  it('counts no volume as none, and states its kind where the bars agree', () => {
    expect(candleColumnsOf([bar(1), bar(2)])).toMatchObject({
      volume: Float64Array.of(0, 0),
      volumeKind: 'none',
    });
    expect(kindOf()).toBe('none');
    expect(kindOf(bar(1, { volume: 7 }), bar(2))).toBe('mixed');
    expect(kindOf(bar(1, { volume: 7, volumeKind: 'ticks' }), bar(2, { volumeKind: 'ticks' }))).toBe('ticks');
    expect(kindOf(bar(1, { volume: 7, volumeKind: 'ticks' }), bar(2, { volume: 7 }))).toBe('mixed');
  });
});

describe('barsOfColumns', () => {
  it('gives the bars again, without their volume', () => {
    expect(barsOfColumns(candleColumnsOf([bar(1, { volume: 7 }), bar(2)]))).toEqual([bar(1), bar(2)]);
  });
});
