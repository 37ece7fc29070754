import { describe, expect, it } from 'vitest';
import { minuteCandle, restCandle } from '../../../../operators/candles/minutes/minute-candle.ts';
import {
  addTick,
  forgetVolume,
  longestSilence,
  minuteWindow,
  resetWindow,
} from '../../../../operators/candles/minutes/minute-window.ts';
import type { Tick } from '../../../../schema/tick.ts';
import { minute } from '../../signals/signal-samples.ts';

const open = 100 * minute;
const tick = (ms: number, price: number, dayVolume?: number): Tick => ({
  symbol: 'BTCUSD',
  price,
  eventTime: open + ms,
  receivedTime: open + ms,
  ...(dayVolume !== undefined && { dayVolume }),
});
const windowOf = (...ticks: readonly Tick[]) => {
  const window = minuteWindow(open);
  for (const one of ticks) addTick(window, one);
  return window;
};

describe('minuteWindow', () => {
  it('opens at its earliest tick and closes at its latest, in whatever order they come', () => {
    const expected = {
      open: 5,
      high: 9,
      low: 2,
      close: 7,
      ticks: 4,
      firstTick: open,
      lastTick: open + 40_000,
    };
    const ticks = [tick(0, 5), tick(10_000, 9), tick(20_000, 2), tick(40_000, 7)];
    expect(windowOf(...ticks)).toMatchObject(expected);
    expect(windowOf(...ticks.toReversed())).toMatchObject(expected);
    expect(windowOf(ticks[2]!, ticks[0]!, ticks[3]!, ticks[1]!)).toMatchObject(expected);
  });

  it('counts ticks of one event time in the order of arrival', () => {
    expect(windowOf(tick(0, 5), tick(0, 6), tick(0, 7))).toMatchObject({ open: 5, close: 7, ticks: 3 });
  });

  it('takes the day volume of its earliest tick that had one, and the highest', () => {
    const window = windowOf(tick(0, 5), tick(30_000, 5, 70), tick(20_000, 5, 60), tick(40_000, 5, 65));
    expect(window).toMatchObject({ firstVolume: 60, firstVolumeTime: open + 20_000, maxVolume: 70 });
    // The first of two at one time.
    expect(windowOf(tick(1, 5, 60), tick(1, 5, 61))).toMatchObject({ firstVolume: 60, maxVolume: 61 });
    forgetVolume(window);
    expect(window).toMatchObject({ firstVolume: NaN, firstVolumeTime: Infinity, maxVolume: NaN });
    expect(windowOf(tick(0, 5)).maxVolume).toBeNaN();
  });

  it('is as new after a reset', () => {
    const used = windowOf(tick(0, 5, 3), tick(59_999, 9, 4));
    const again = resetWindow(used, open + minute);
    expect(again).toBe(used);
    const fresh = minuteWindow(open + minute);
    expect({ ...again, lastIn: fresh.lastIn }).toEqual(fresh);
    expect(longestSilence(again)).toBe(60_000);
  });
});

describe('longestSilence', () => {
  it('counts the edges, and is all of the minute without a tick', () => {
    expect(longestSilence(windowOf())).toBe(60_000);
    expect(longestSilence(windowOf(tick(25_000, 1), tick(45_000, 1)))).toBe(25_000);
    expect(longestSilence(windowOf(tick(5_000, 1), tick(20_000, 1)))).toBe(40_000);
    expect(longestSilence(windowOf(tick(10_000, 1), tick(42_500, 1), tick(59_000, 1)))).toBe(32_500);
  });

  it('does not depend on the order of the ticks', () => {
    // From the last tick of second 10 to the first of second 40.
    const times = [0, 10_100, 10_900, 40_200, 40_800, 59_000];
    const silence = 40_200 - 10_900;
    const orders = [times, times.toReversed(), [3, 0, 5, 2, 4, 1].map((i) => times[i]!)];
    for (const order of orders)
      expect(longestSilence(windowOf(...order.map((ms) => tick(ms, 1))))).toBe(silence);
  });

  it('is asked again after more ticks, which may end it', () => {
    const window = windowOf(tick(0, 1), tick(50_000, 1));
    expect(longestSilence(window)).toBe(50_000);
    addTick(window, tick(20_000, 1));
    expect(longestSilence(window)).toBe(30_000);
    addTick(window, tick(35_000, 1));
    expect(longestSilence(window)).toBe(20_000);
    addTick(window, tick(59_999, 1));
    expect(longestSilence(window)).toBe(20_000);
  });
});

describe('minuteCandle', () => {
  it('states what was traded, or else counts the ticks', () => {
    const window = windowOf(tick(1_000, 5), tick(30_000, 6));
    const expected = {
      symbol: 'BTCUSD',
      timeframe: '1min',
      openTime: open,
      closeTime: open + minute,
      open: 5,
      high: 6,
      low: 5,
      close: 6,
      volume: 2,
      volumeKind: 'ticks',
      ticks: 2,
      complete: true,
      source: 'ticks',
      lateTicks: 0,
      longestSilenceMs: 30_000,
      revision: 0,
    };
    expect(minuteCandle('BTCUSD', window, undefined, true)).toEqual(expected);
    const traded = { ...expected, volume: 0, volumeKind: 'traded', complete: false };
    expect(minuteCandle('BTCUSD', window, 0, false)).toEqual(traded);
  });
});

describe('restCandle', () => {
  it('is whole, of REST, with the ticks that were counted', () => {
    const bar = { openTime: open, open: 5, high: 7, low: 4, close: 6 };
    const expected = {
      symbol: 'BTCUSD',
      timeframe: '1min',
      ...bar,
      closeTime: open + minute,
      volume: 0,
      volumeKind: 'none',
      ticks: 3,
      complete: true,
      source: 'rest',
      lateTicks: 2,
      longestSilenceMs: 0,
      revision: 1,
    };
    expect(restCandle('BTCUSD', bar, 3, 2, 1)).toEqual(expected);
    const traded = { ...expected, volume: 8, volumeKind: 'traded' };
    expect(restCandle('BTCUSD', { ...bar, volume: 8 }, 3, 2, 1)).toEqual(traded);
  });
});
