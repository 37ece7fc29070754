import { describe, expect, it } from 'vitest';
import { createDayVolume } from '../../../operators/candles/day-volume.ts';
import { addTick, minuteWindow } from '../../../operators/candles/minutes/minute-window.ts';

/** A minute of New York's trading day, 10:00 on a Tuesday in winter, and the one of the same time a day later. */
const morning = Date.parse('2026-01-06T15:00Z');
const day = 86_400_000;

/** A minute whose ticks carry these counts of the day, a second apart. */
const minuteOf = (openTime: number, ...counts: readonly (number | undefined)[]) => {
  const window = minuteWindow(openTime);
  for (const [i, dayVolume] of counts.entries())
    addTick(window, {
      symbol: 'AAPL',
      price: 1,
      eventTime: openTime + i * 1000,
      receivedTime: openTime,
      ...(dayVolume !== undefined && { dayVolume }),
    });
  return window;
};
const next = (i: number) => morning + i * 60_000;

describe('createDayVolume', () => {
  it('is what the count has risen by, in the first minute from its first tick on', () => {
    const volume = createDayVolume();
    expect(volume.close(minuteOf(next(0), 1000, 1030))).toBe(30);
    expect(volume.close(minuteOf(next(1), 1040, 1050))).toBe(20);
    expect(volume.close(minuteOf(next(2), 1050))).toBe(0);
  });

  it('is unknown where no tick carries a count, which changes nothing', () => {
    const volume = createDayVolume();
    expect(volume.close(minuteOf(next(0), 1000))).toBe(0);
    expect(volume.close(minuteOf(next(1), undefined))).toBeUndefined();
    expect(volume.of(minuteOf(next(1)))).toBeUndefined();
    expect(volume.close(minuteOf(next(2), 1025))).toBe(25);
  });

  it('tells what a minute would have without counting it', () => {
    const volume = createDayVolume();
    volume.close(minuteOf(next(0), 1000));
    const minute = minuteOf(next(1), 1007);
    expect([volume.of(minute), volume.of(minute), volume.close(minute)]).toEqual([7, 7, 7]);
    expect(volume.of(minute)).toBe(0);
  });

  it('measures from the highest, so that a late lower count takes nothing back', () => {
    const volume = createDayVolume();
    volume.close(minuteOf(next(0), 1000, 1100));
    expect(volume.close(minuteOf(next(1), 1090))).toBe(0);
    expect(volume.close(minuteOf(next(2), 1130))).toBe(30);
  });

  it('begins anew where the count falls in another session, not where it falls in the same', () => {
    const volume = createDayVolume();
    volume.close(minuteOf(next(0), 1000, 5000));
    expect(volume.close(minuteOf(next(1), 300))).toBe(0);
    expect(volume.close(minuteOf(morning + day, 200, 300))).toBe(300);
    expect(volume.close(minuteOf(morning + day + 60_000, 340))).toBe(40);
    // It fell once; a fall later in the same session is a late count again.
    expect(volume.close(minuteOf(morning + day + 120_000, 100))).toBe(0);
    expect(volume.close(minuteOf(morning + day + 180_000, 345))).toBe(5);
  });

  it('knows a new session by a rise, not by minutes in which the count stood', () => {
    const volume = createDayVolume();
    volume.close(minuteOf(next(0), 1000, 5000));
    expect(volume.close(minuteOf(morning + day, 5000))).toBe(0);
    expect(volume.close(minuteOf(morning + day + 60_000, 80))).toBe(80);
  });

  it('counts nothing over a gap: the next tick sets the base', () => {
    const volume = createDayVolume();
    volume.close(minuteOf(next(0), 1000));
    volume.gap();
    expect(volume.close(minuteOf(next(5), 1400, 1410))).toBe(10);
    expect(volume.close(minuteOf(next(6), 1415))).toBe(5);
  });
});
