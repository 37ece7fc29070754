import { describe, expect, it } from 'vitest';
import { mergeHistory, withBar, withPrice, type Bar } from '../../web/src/state/chart/candles.ts';

const bar = (time: number, close: number, closed = true): Bar => ({
  time,
  open: 1,
  high: 2,
  low: 0.5,
  close,
  volume: 1,
  complete: true,
  closed,
});

describe('withBar', () => {
  it('appends a newer bar and leaves the others the same objects', () => {
    const bars = [bar(60, 1), bar(120, 2)];
    const next = withBar(bars, bar(180, 3, false));
    expect(next.map(({ time }) => time)).toEqual([60, 120, 180]);
    expect(next[0]).toBe(bars[0]);
  });
  it('replaces the forming bar, and its closed version is final', () => {
    const closing = withBar([bar(60, 1, false)], bar(60, 2, true));
    expect(closing).toEqual([bar(60, 2, true)]);
    expect(withBar(closing, bar(60, 9, false))).toBe(closing);
  });
  it('replaces an older bar by its revision', () => {
    expect(withBar([bar(60, 1), bar(120, 2)], bar(60, 7))).toEqual([bar(60, 7), bar(120, 2)]);
  });
  it('inserts an unknown bar by its time', () => {
    expect(withBar([bar(60, 1), bar(180, 3)], bar(120, 2)).map(({ time }) => time)).toEqual([60, 120, 180]);
  });
});

describe('mergeHistory', () => {
  it('lets history correct bars received live, and keeps newer ones', () => {
    const merged = mergeHistory([bar(60, 1), bar(120, 2)], [bar(120, 9), bar(180, 3, false)]);
    expect(merged).toEqual([bar(60, 1), bar(120, 2), bar(180, 3, false)]);
  });
  it('drops a bar left forming that history has passed', () => {
    expect(mergeHistory([bar(60, 1), bar(240, 4)], [bar(120, 2, false)]).map(({ time }) => time)).toEqual([
      60, 240,
    ]);
  });
  it('fills the hole of a lost connection', () => {
    const live = [bar(60, 1), bar(300, 5, false)];
    const merged = mergeHistory([bar(60, 1), bar(120, 2), bar(180, 3), bar(240, 4)], live);
    expect(merged.map(({ time }) => time)).toEqual([60, 120, 180, 240, 300]);
  });
});

describe('withPrice', () => {
  it('carries the forming bar on to the last price, high and low with it', () => {
    const [before, forming] = withPrice([bar(0, 1), bar(60, 1.5, false)], 3, 90_000, 60);
    expect(before).toEqual(bar(0, 1));
    expect(forming).toEqual({ ...bar(60, 3, false), high: 3 });
    expect(withPrice([bar(60, 1.5, false)], 0.25, 60_000, 60)[0]).toMatchObject({ low: 0.25, high: 2 });
  });
  it('leaves a closed bar, and one whose window the price is not in', () => {
    const closed = [bar(60, 1)];
    const forming = [bar(60, 1, false)];
    expect(withPrice(closed, 3, 90_000, 60)).toBe(closed);
    expect(withPrice(forming, 3, 120_000, 60)).toBe(forming);
    expect(withPrice(forming, 3, 59_999, 60)).toBe(forming);
  });
});
