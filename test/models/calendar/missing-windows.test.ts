import { describe, expect, it } from 'vitest';
import { missingWindows } from '../../../models/calendar/missing-windows.ts';

const grid = {
  openOf: (time: number) => Math.floor(time / 10) * 10,
  closeOf: (open: number) => open + 10,
};
const always = (from: number, to: number) => to - from;
const none = new Set<number>();

describe('missingWindows', () => {
  it('lacks everything where there is nothing', () => {
    const missing = missingWindows({
      grid,
      tradedMillis: always,
      now: 107,
      count: 3,
      have: none,
      empty: none,
    });
    expect(missing).toEqual({ from: 70, to: 100, openTimes: [70, 80, 90] });
  });

  it('lacks nothing where the last windows are there; the forming one is not asked for', () => {
    const have = new Set([70, 80, 90]);
    expect(missingWindows({ grid, tradedMillis: always, now: 107, count: 3, have, empty: none })).toBeNull();
  });

  it('does not miss a window that others have still to decide, and asks for none older in its place', () => {
    const options = { grid, tradedMillis: always, now: 101, decidedTo: 99, count: 3, empty: none };
    expect(missingWindows({ ...options, have: new Set([70, 80]) })).toBeNull();
    expect(missingWindows({ ...options, have: new Set([70, 80, 90]) })).toBeNull();
    expect(missingWindows({ ...options, decidedTo: 100, have: new Set([70, 80]) })?.openTimes).toEqual([90]);
  });

  it('spans from the oldest hole to the newest', () => {
    const have = new Set([60, 80]);
    const missing = missingWindows({ grid, tradedMillis: always, now: 100, count: 4, have, empty: none });
    expect(missing).toEqual({ from: 70, to: 100, openTimes: [70, 90] });
  });

  it('walks past windows that are known to be empty or in which the market is closed', () => {
    const closed = (from: number, to: number) => (from >= 50 && to <= 80 ? 0 : to - from);
    const missing = missingWindows({
      grid,
      tradedMillis: closed,
      now: 100,
      count: 3,
      have: new Set([90]),
      empty: new Set([80]),
    });
    expect(missing?.openTimes).toEqual([30, 40]);
  });

  it('gives up in bounded time on a market that never trades', () => {
    const missing = missingWindows({
      grid,
      tradedMillis: () => 0,
      now: 100,
      count: 250,
      have: none,
      empty: none,
    });
    expect(missing).toBeNull();
  });
});
