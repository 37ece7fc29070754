import { describe, expect, it } from 'vitest';
import { createMinuteRing } from '../../../../operators/candles/minutes/minute-ring.ts';
import type { Candle } from '../../../../schema/candle.ts';
import { candleAt, minute } from '../../signals/signal-samples.ts';

const always = () => true;
const never = () => false;

/** Minutes by number, each with its ticks from second 10 to second 50 and no more silence within than 5 s. */
function ringOf(capacity: number, minutes: Readonly<Record<number, Partial<Candle>>>) {
  const ring = createMinuteRing(capacity);
  for (const [number, change] of Object.entries(minutes)) {
    const at = Number(number) * minute;
    ring.put(candleAt(at, 100, { longestSilenceMs: 5000, ...change }), at + 10_000, at + 50_000);
  }
  return ring;
}

describe('createMinuteRing', () => {
  it('folds minutes into one candle', () => {
    const ring = ringOf(10, {
      5: { open: 100, high: 107, low: 99, close: 101, volume: 3, ticks: 4, lateTicks: 1 },
      6: { open: 102, high: 105, low: 95, close: 103, volume: 5, ticks: 6, lateTicks: 2 },
    });
    expect(ring.fold(5 * minute, 7 * minute, always)).toEqual({
      candles: 2,
      open: 100,
      high: 107,
      low: 95,
      close: 103,
      volume: 8,
      volumeKind: 'ticks',
      ticks: 10,
      lateTicks: 3,
      complete: true,
      fromTicks: true,
      fromRest: false,
      // From second 50 of one to second 10 of the other.
      longestSilenceMs: 20_000,
      lastTick: 6 * minute + 50_000,
    });
    expect(ring.capacity).toBe(10);
  });

  it('holds nothing where there is nothing, complete if the market was closed', () => {
    const ring = ringOf(10, { 9: {} });
    const none = {
      candles: 0,
      ticks: 0,
      volume: 0,
      volumeKind: 'none',
      longestSilenceMs: 0,
      lastTick: 5 * minute,
    };
    expect(ring.fold(5 * minute, 7 * minute, never)).toMatchObject({ ...none, complete: true });
    expect(ring.fold(5 * minute, 7 * minute, always)).toMatchObject({ ...none, complete: false });
    expect(ring.fold(5 * minute, 7 * minute, always)).toMatchObject({ fromTicks: false, fromRest: false });
  });

  it('is incomplete by a minute that was not whole, were the market closed', () => {
    const ring = ringOf(10, { 5: {}, 6: { complete: false } });
    expect(ring.fold(5 * minute, 7 * minute, never).complete).toBe(false);
    expect(ring.fold(5 * minute, 6 * minute, always).complete).toBe(true);
  });

  it('is complete by a minute that is known to have no candle, and incomplete by one that is not', () => {
    const ring = ringOf(10, { 5: {} });
    // That nothing is known of it is no news.
    expect(ring.putNone(6 * minute, false)).toBe(false);
    expect(ring.fold(5 * minute, 7 * minute, always).complete).toBe(false);
    expect(ring.putNone(6 * minute, true)).toBe(true);
    expect(ring.fold(5 * minute, 7 * minute, always)).toMatchObject({ candles: 1, complete: true });
    // Said again it changes nothing, and takes no candle's place.
    expect(ring.putNone(6 * minute, true)).toBe(false);
    expect(ring.putNone(5 * minute, false)).toBe(false);
    expect(ring.fold(5 * minute, 7 * minute, always)).toMatchObject({ candles: 1, complete: true });
    expect(ring.putNone(6 * minute, false)).toBe(true);
    expect(ring.fold(5 * minute, 7 * minute, always).complete).toBe(false);
  });

  it('knows which minutes came from REST', () => {
    const ring = ringOf(10, { 5: {}, 6: { source: 'rest' } });
    const origin = (from: number, to: number) => {
      const { fromTicks, fromRest } = ring.fold(from * minute, to * minute, always);
      return { fromTicks, fromRest };
    };
    expect(origin(5, 6)).toEqual({ fromTicks: true, fromRest: false });
    expect(origin(6, 7)).toEqual({ fromTicks: false, fromRest: true });
    expect(origin(5, 7)).toEqual({ fromTicks: true, fromRest: true });
  });

  it('adds volumes of one kind, and marks a sum of several', () => {
    const kinds = ['traded', 'traded', 'ticks', 'none', 'mixed'] as const;
    const ring = ringOf(10, Object.fromEntries(kinds.map((volumeKind, i) => [i + 1, { volumeKind }])));
    const kind = (from: number, to: number) => ring.fold(from * minute, to * minute, always).volumeKind;
    expect([1, 2, 3, 4, 5].map((i) => kind(i, i + 1))).toEqual([...kinds]);
    expect([kind(1, 3), kind(1, 4), kind(2, 4), kind(3, 5)]).toEqual(['traded', 'mixed', 'mixed', 'mixed']);
  });

  it('counts the silence before the first tick, within minutes and over one without a candle', () => {
    expect(ringOf(10, { 5: {} }).fold(5 * minute, 6 * minute, always).longestSilenceMs).toBe(10_000);
    const inner = ringOf(10, { 5: { longestSilenceMs: 30_000 } });
    expect(inner.fold(5 * minute, 6 * minute, always).longestSilenceMs).toBe(30_000);
    expect(ringOf(10, { 5: {}, 7: {} }).fold(5 * minute, 8 * minute, always).longestSilenceMs).toBe(80_000);
  });

  it('goes on from a part that is folded', () => {
    const ring = ringOf(10, { 5: { high: 107 }, 6: { low: 90 }, 7: { close: 98 } });
    const folded = ring.fold(5 * minute, 6 * minute, always);
    ring.extend(folded, 6 * minute, 8 * minute, always);
    expect(folded).toEqual(ring.fold(5 * minute, 8 * minute, always));
    expect(folded).toMatchObject({ candles: 3, high: 107, low: 90, close: 98 });
  });

  it('keeps the last minutes of its capacity: an older one takes nothing from a newer', () => {
    const ring = ringOf(5, { 12: { close: 112 } });
    ring.put(candleAt(7 * minute, 107), 7 * minute, 7 * minute);
    expect(ring.putNone(7 * minute, true)).toBe(false);
    expect(ring.fold(12 * minute, 13 * minute, always)).toMatchObject({ candles: 1, close: 112 });
    expect(ring.fold(7 * minute, 8 * minute, always).candles).toBe(0);
    // A newer one clears the slot: of minute 12 nothing is left.
    expect(ring.putNone(17 * minute, true)).toBe(true);
    expect(ring.fold(12 * minute, 13 * minute, always)).toMatchObject({ candles: 0, complete: false });
    expect(ring.fold(17 * minute, 18 * minute, always)).toMatchObject({ candles: 0, complete: true });
  });

  it('counts late ticks up to what its field holds', () => {
    const ring = ringOf(5, { 2: { lateTicks: 65_535 }, 3: { lateTicks: 70_000 } });
    expect(ring.fold(2 * minute, 3 * minute, always).lateTicks).toBe(65_535);
    expect(ring.fold(3 * minute, 4 * minute, always).lateTicks).toBe(65_535);
  });
});
