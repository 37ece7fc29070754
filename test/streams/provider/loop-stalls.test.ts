import { asyncScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loopStalls } from '../../../streams/provider/loop-stalls.ts';

const start = 1_000_000;

/** Output while a timer fires once a second, each time so much later than it is due, ms. */
function stallsOf(...late: number[]): number[][] {
  const said: number[][] = [];
  const subscription = loopStalls({ clock: asyncScheduler }).subscribe((one) =>
    said.push([one.from - start, one.to - start]),
  );
  for (const ms of late) {
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersByTime(1_000);
  }
  subscription.unsubscribe();
  expect(vi.getTimerCount()).toBe(0);
  return said;
}

describe('loopStalls', () => {
  beforeEach(() => vi.useFakeTimers({ now: start }));
  afterEach(() => vi.useRealTimers());

  it('emits nothing for a loop that runs, however slowly', () => {
    expect(stallsOf(0, 0, 3_000, 4_999)).toEqual([]);
  });

  it('emits the time from the last check to the first one after a stall', () => {
    expect(stallsOf(0, 5_000, 0)).toEqual([[1_000, 7_000]]);
  });

  it('emits each stall once', () => {
    expect(stallsOf(8_000, 0, 8_000)).toEqual([
      [0, 9_000],
      [10_000, 19_000],
    ]);
  });

  it('does not mistake a clock that was set back for a stall', () => {
    expect(stallsOf(0, -30_000, 0)).toEqual([]);
  });
});
