import { Subject } from 'rxjs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFeedLag } from '../../../operators/ticks/feed-lag.ts';
import { tickQuality, type TickFault } from '../../../operators/ticks/tick-quality.ts';
import type { Tick } from '../../../schema/tick.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
import { operatorContract } from '../../operator-contract.ts';
import { monday, tickAt } from '../candles/market-script.ts';

const ticks = Array.from({ length: 30 }, (_, i) => tickAt(monday + i * 1000, i % 5 === 0 ? -1 : 10));
const timing = { inputs: ticks, start: monday, at: (tick: Tick) => tick.receivedTime };
operatorContract('tickQuality', { make: (clock) => tickQuality({ clock, maxAheadMs: 1000 }), ...timing });

describe('tickQuality', () => {
  const judge = (tick: Tick, offset = 0): TickFault | 'passed' => {
    const source = new Subject<Tick>();
    let verdict: TickFault | 'passed' = 'passed';
    source
      .pipe(
        tickQuality({
          clock: createFeedClock(monday).clock,
          maxAheadMs: 1000,
          offsetOf: () => offset,
          known: (symbol) => symbol === 'EURUSD',
          onReject: (fault) => (verdict = fault),
        }),
      )
      .subscribe();
    source.next(tick);
    return verdict;
  };

  it('rejects prices that cannot be, times that have not come and symbols nobody asked for', () => {
    for (const price of [0, -1, NaN, Infinity, -Infinity]) expect(judge(tickAt(monday, price))).toBe('price');
    expect(judge(tickAt(monday + 1000, 1))).toBe('passed');
    expect(judge(tickAt(monday + 1001, 1))).toBe('time');
    expect(judge(tickAt(NaN, 1))).toBe('time');
    expect(judge(tickAt(monday, 1, { symbol: 'GBPUSD' }))).toBe('symbol');
  });

  it('rejects none for its size or age, and measures against the corrected clock', () => {
    expect(judge(tickAt(monday, 1e12))).toBe('passed');
    expect(judge(tickAt(monday - 7 * 86_400_000, 1))).toBe('passed');
    expect(judge(tickAt(monday + 3900, 1), 3000)).toBe('passed');
  });
});

describe('createFeedLag', () => {
  const measured = (lags: readonly number[], options = {}) => {
    const lag = createFeedLag(options);
    lag.observe(tickAt(monday - 3e6, 1, { receivedTime: monday }));
    for (const [i, ms] of lags.entries())
      lag.observe(tickAt(monday + i * 100 - ms, 1, { receivedTime: monday + i * 100 }));
    return lag;
  };

  it('is the running p99 of received minus event time', () => {
    const lag = measured(Array.from({ length: 200 }, (_, i) => (i % 100) + 1));
    expect(lag.lag()).toBe(99);
    expect(measured([]).lag()).toBe(0);
    expect(measured([5]).lag()).toBe(5);
    // Of many it is the lag that one in a hundred reaches, whatever their order.
    const many = Array.from({ length: 2000 }, (_, i) => ((i * 7) % 2000) + 1);
    expect(measured(many, { size: 2000 }).lag()).toBe(1980);
  });

  it('forgets what is long past', () => {
    expect(
      measured([...Array.from({ length: 50 }, () => 9000), ...Array.from({ length: 256 }, () => 10)]).lag(),
    ).toBe(10);
    const lag = measured(Array.from({ length: 50 }, () => 9000));
    for (let i = 0; i < 40; i++)
      lag.observe(tickAt(monday + 1e6 + i - 20, 1, { receivedTime: monday + 1e6 + i }));
    expect(lag.lag()).toBe(20);
  });

  it('measures the newest ticks alone once its ring is full, wherever the newest lies in it', () => {
    const size = 32;
    const lags = (count: number, ms: number) => Array.from({ length: count }, () => ms);
    for (const newer of [1, 17, 31]) {
      const partly = measured([...lags(size, 9000), ...lags(newer, 100)], { size });
      expect(partly.lag()).toBe(9000);
      expect(measured([...lags(size, -9000), ...lags(newer, -100)], { size }).ahead()).toBe(9000);
    }
    for (const newer of [32, 33, 50, 64, 65]) {
      expect(measured([...lags(size, 9000), ...lags(newer, 100)], { size }).lag()).toBe(100);
      const early = measured([...lags(size, -9000), ...lags(newer, -100)], { size });
      expect([early.ahead(), early.offset()]).toEqual([100, 100]);
    }
    // Half of the newest decide how far the clock is off.
    expect(measured([...lags(size, -9000), ...lags(16, -100)], { size }).offset()).toBe(100);
    expect(measured([...lags(size, -9000), ...lags(15, -100)], { size }).offset()).toBe(9000);
  });

  it('leaves out what is older than its time once its ring has wrapped, but for the newest sixteen', () => {
    const options = { size: 32, withinMs: 10_000 };
    const late = (count: number) => {
      const lag = measured(
        Array.from({ length: 40 }, () => 9000),
        options,
      );
      for (let i = 0; i < count; i++) {
        const receivedTime = monday + 60_000 + i;
        lag.observe(tickAt(receivedTime - 20, 1, { receivedTime }));
      }
      return lag.lag();
    };
    expect([late(15), late(16), late(31)]).toEqual([9000, 20, 20]);
  });

  it('counts a measurement as long as its time is, to the second', () => {
    const lagAfter = (ms: number) => {
      const lag = createFeedLag({ withinMs: 10_000 });
      const observe = (receivedTime: number, late: number) =>
        lag.observe(tickAt(receivedTime - late, 1, { receivedTime }));
      // The first is not measured.
      for (const late of [0, 9000]) observe(monday, late);
      for (let i = 0; i < 16; i++) observe(monday + ms, 20);
      return lag.lag();
    };
    expect([lagAfter(10_000), lagAfter(11_000)]).toEqual([9000, 20]);
  });

  it('finds the p99 of any measurements, whatever their order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 120, size: 'max' }),
        (lags) => {
          const size = 30;
          const sorted = lags.slice(-size).toSorted((one, other) => one - other);
          const lag = measured(lags, { size });
          expect(lag.lag()).toBe(sorted[Math.ceil(sorted.length * 0.99) - 1]);
          expect(lag.ahead()).toBe(Math.max(0, -sorted[0]!));
          const median = sorted.length < 16 ? 0 : sorted[sorted.length >> 1]!;
          expect(lag.offset()).toBe(Math.max(0, -median));
        },
      ),
    );
  });

  it('is capped, and reports when it would be more', () => {
    const late = measured(Array.from({ length: 50 }, () => 65_000));
    expect([late.lag(), late.exceedsCap()]).toEqual([30_000, true]);
    const fine = measured(Array.from({ length: 50 }, () => 15_000));
    expect([fine.lag(), fine.exceedsCap()]).toEqual([15_000, false]);
    const just = measured(Array.from({ length: 50 }, () => 30_000));
    expect([just.lag(), just.exceedsCap()]).toEqual([30_000, false]);
  });

  it('does not take the old price after a gap for a late one', () => {
    const lag = measured(Array.from({ length: 50 }, () => 300));
    lag.gap();
    lag.observe(tickAt(monday, 1, { receivedTime: monday + 400_000 }));
    expect(lag.lag()).toBe(300);
  });

  it('finds a clock that is slow, but not from one tick of the future', () => {
    const slow = measured(Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? -2700 : -2600)));
    expect(slow.offset()).toBe(2600);
    expect(slow.ahead()).toBe(2700);
    expect(slow.lag()).toBe(-2600);
    const fooled = measured([...Array.from({ length: 50 }, () => 300), -50_000]);
    expect(fooled.offset()).toBe(0);
    expect(measured([-50_000]).offset()).toBe(0);
  });
});
