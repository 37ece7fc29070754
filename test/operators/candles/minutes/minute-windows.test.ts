import { asyncScheduler, NEVER, Subject } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { minuteWindows } from '../../../../operators/candles/minutes/minute-windows.ts';
import type { MarketInput } from '../../../../schema/market-event.ts';
import { createFeedClock } from '../../../../streams/provider/feed-clock.ts';
import { operatorContract } from '../../../operator-contract.ts';
import { candleAt } from '../../signals/signal-samples.ts';
import { marketScript, minute, monday, tickAt, tickInput } from '../market-script.ts';

/** Subscribes at 9:59, so that the minute of 10:00 is whole. */
const early = monday - minute;

const inputs = Array.from({ length: 400 }, (_, i) => tickInput(tickAt(monday + i * 1700, 100 + (i % 7))));
operatorContract('minuteWindows', {
  make: (clock) => minuteWindows({ symbol: 'EURUSD', clock, graceMs: 1000 }),
  inputs,
  start: monday,
  at: (input) => (input.kind === 'tick' ? input.tick.receivedTime : NaN),
});

describe('minuteWindows', () => {
  afterEach(() => void vi.useRealTimers());

  it('gives a tick to the window of its event time, right-open', () => {
    const market = marketScript(early);
    market.tick(monday, 10);
    market.tick(monday + 30_000, 12);
    market.tick(monday + 59_999, 9);
    market.tick(monday + 60_000, 50);
    market.tick(monday + 61_000, 51);
    expect(market.closed().map(({ candle }) => candle)).toEqual([
      {
        symbol: 'EURUSD',
        timeframe: '1min',
        openTime: monday,
        closeTime: monday + minute,
        open: 10,
        high: 12,
        low: 9,
        close: 9,
        volume: 3,
        volumeKind: 'ticks',
        ticks: 3,
        complete: true,
        source: 'ticks',
        lateTicks: 0,
        longestSilenceMs: 30_000,
        revision: 0,
      },
    ]);
  });

  it('closes by the watermark, not a millisecond before it', () => {
    const market = marketScript(early);
    market.tick(monday, 10);
    market.tick(monday + 60_999, 11, { receivedTime: monday + 60_999 });
    expect(market.closed()).toHaveLength(0);
    market.tick(monday + 61_000, 11, { receivedTime: monday + 60_999 });
    expect(market.closed()).toHaveLength(1);
  });

  it('closes by the clock where no further tick comes, after grace and lag', () => {
    const market = marketScript(early, { lag: () => 1500 });
    market.tick(monday, 10);
    market.wait(monday + 62_499);
    expect(market.closed()).toHaveLength(0);
    market.wait(monday + 62_500);
    expect(market.closed().map((event) => [event.candle.closeTime, event.timely])).toEqual([
      [monday + minute, true],
    ]);
  });

  it('counts a tick of a minute that the clock has closed as late, were it the newest', () => {
    let late = 0;
    const market = marketScript(early, { onLate: () => late++ });
    market.tick(monday, 10);
    market.wait(monday + 61_000);
    market.tick(monday + 59_000, 12, { receivedTime: monday + 61_500 });
    market.tick(monday + minute + 30_000, 11);
    market.wait(monday + 2 * minute + 2_000);
    expect(late).toBe(1);
    const first = { openTime: monday, ticks: 1, close: 10 };
    expect(market.closed().map(({ candle }) => candle)).toMatchObject([
      { ...first, lateTicks: 0, revision: 0 },
      { ...first, lateTicks: 1, revision: 1 },
      { openTime: monday + minute, ticks: 1, lateTicks: 0, close: 11, revision: 0 },
    ]);
  });

  it('decides minutes by the time for 26 hours after the last input, whenever that was', () => {
    const hour = 60 * minute;
    const feed = createFeedClock(early);
    const input = new Subject<MarketInput>();
    let decided = 0;
    const windows = minuteWindows({ symbol: 'EURUSD', clock: feed.clock, graceMs: 1000 });
    const subscription = input.pipe(windows).subscribe((event) => {
      if (event.kind === 'decided') decided = event.to;
    });
    const tick = (time: number) => {
      feed.advance(time);
      input.next(tickInput(tickAt(time, 10)));
    };
    tick(monday);
    tick(monday + 25 * hour);
    feed.advance(monday + 50 * hour);
    expect(decided).toBe(monday + 50 * hour - minute);
    feed.advance(monday + 60 * hour);
    expect(decided).toBeGreaterThan(monday + 51 * hour - minute);
    expect(decided).toBeLessThan(monday + 51 * hour + 5 * minute);
    tick(monday + 61 * hour);
    feed.advance(monday + 61 * hour + 3 * minute);
    expect(decided).toBe(monday + 61 * hour + 2 * minute);
    subscription.unsubscribe();
  });

  it('lets longer candles be folded anew as soon as a minute is in doubt, and not otherwise', () => {
    const market = marketScript(early, { timeframes: ['5min'] });
    for (let i = 0; i <= 5; i++) market.tick(monday + i * minute + 30_000, 10 + i);
    const fives = () =>
      market.closed().flatMap(({ candle }) => (candle.timeframe === '5min' ? [candle.complete] : []));
    expect(fives()).toEqual([true]);
    const now = monday + 5 * minute + 30_000;
    market.send({ kind: 'interruption', from: now, to: Infinity, reason: 'closed' });
    expect(fives()).toEqual([true]);
    market.send({ kind: 'interruption', from: monday + 4.5 * minute, to: now, reason: 'closed' });
    expect(fives()).toEqual([true, false]);
  });

  it('begins after the last stored minute, whatever still arrives of it', () => {
    const restored = [0, 1].map((i) => candleAt(monday + i * minute, 10));
    const market = marketScript(monday + 2 * minute, { graceMs: 10 * minute, restored });
    market.tick(monday + 1.5 * minute, 99, { receivedTime: monday + 2 * minute });
    market.tick(monday + 2.5 * minute, 11);
    market.tick(monday + 13 * minute, 12);
    expect(market.closed().map(({ candle }) => [(candle.openTime - monday) / minute, candle.high])).toEqual([
      [2, 11],
    ]);
  });

  it('leaves no timer behind', () => {
    vi.useFakeTimers();
    const subscription = NEVER.pipe(
      minuteWindows({ symbol: 'EURUSD', clock: asyncScheduler, graceMs: 1000 }),
    ).subscribe();
    expect(vi.getTimerCount()).toBe(1);
    subscription.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes ticks out of order within the grace, and keeps the order of equal times', () => {
    const market = marketScript(early);
    market.tick(monday + 500, 11);
    market.tick(monday + 100, 10, { receivedTime: monday + 501 });
    market.tick(monday + 100, 12, { receivedTime: monday + 502 });
    market.tick(monday + 60_400, 20);
    market.tick(monday + 59_900, 13, { receivedTime: monday + 60_401 });
    market.tick(monday + 59_900, 14, { receivedTime: monday + 60_402 });
    market.wait(monday + 70_000);
    expect(market.closed()[0]!.candle).toMatchObject({ open: 10, high: 14, low: 10, close: 14, ticks: 5 });
  });

  it('makes no candle of a minute without a tick, and asks nobody about it', () => {
    const market = marketScript(early);
    market.tick(monday - 30_000, 9);
    market.tick(monday + 5 * minute, 10);
    market.wait(monday + 10 * minute);
    expect(market.last('1min').map((candle) => candle.openTime)).toEqual([early, monday + 5 * minute]);
    expect(market.repairs()).toHaveLength(1);
  });

  it('marks the minute of the start incomplete and asks for its repair once it is over', () => {
    const market = marketScript(monday + 20_000);
    market.tick(monday + 30_000, 10);
    market.wait(monday + 59_000);
    expect(market.repairs()).toHaveLength(0);
    market.wait(monday + 61_000);
    expect(market.closed()[0]!.candle.complete).toBe(false);
    expect(market.closed()[0]!.timely).toBe(false);
    expect(market.repairs()).toEqual([
      { kind: 'repair', from: monday, to: monday + minute, notBefore: monday + 61_000 },
    ]);
  });

  it('takes a first tick of long ago for the last price only', () => {
    let late = 0;
    const market = marketScript(monday + 20_000, { onLate: () => late++ });
    market.tick(monday - 3 * 86_400_000, 1, { receivedTime: monday + 20_100 });
    market.tick(monday + 18_999, 2, { receivedTime: monday + 20_200 });
    market.tick(monday + 30_000, 10);
    market.wait(monday + 70_000);
    expect(market.closed().map(({ candle }) => candle.low)).toEqual([10]);
    expect(late).toBe(0);
  });

  it('starts after the last stored close', () => {
    const market = marketScript(monday + 60_500, { restoredClose: monday + minute });
    market.tick(monday + 59_900, 1, { receivedTime: monday + 60_600 });
    market.tick(monday + 60_700, 10);
    market.wait(monday + 130_000);
    expect(market.closed().map(({ candle }) => [candle.openTime, candle.low])).toEqual([
      [monday + minute, 10],
    ]);
  });

  it('reaches back with its first repair to what the longer windows need, where the store has nothing whole', () => {
    const market = marketScript(monday + 12 * minute + 1, { wantFrom: monday });
    market.wait(monday + 15 * minute);
    expect(market.repairs()).toMatchObject([{ from: monday, to: monday + 13 * minute }]);
  });

  it('counts a late tick without merging it; one that would change nothing asks for nothing', () => {
    let late = 0;
    const market = marketScript(early, { onLate: () => late++ });
    market.tick(monday + 1000, 10);
    market.tick(monday + 30_000, 12);
    market.tick(monday + 61_500, 11);
    market.tick(monday + 20_000, 11, { receivedTime: monday + 62_000 });
    market.wait(monday + 3 * minute);
    expect(late).toBe(1);
    expect(market.repairs()).toHaveLength(1);
    expect(market.last('1min')[0]).toMatchObject({ ticks: 2, lateTicks: 1, complete: true, revision: 1 });
    expect(market.closed().filter((event) => event.timely && event.candle.openTime === monday)).toHaveLength(
      1,
    );
  });

  it.each([
    ['high', monday + 20_000, 13],
    ['low', monday + 20_000, 9],
    ['open', monday + 500, 11],
    ['close', monday + 59_000, 11],
  ])(
    'unmakes a complete candle where a late tick would have changed its %s, and asks REST',
    (_, time, price) => {
      const market = marketScript(early);
      market.tick(monday + 1000, 10);
      market.tick(monday + 30_000, 12);
      market.tick(monday + 61_500, 11);
      market.tick(time, price, { receivedTime: monday + 62_000 });
      expect(market.last('1min')[0]).toMatchObject({
        complete: false,
        high: 12,
        low: 10,
        lateTicks: 1,
        revision: 1,
      });
      market.wait(monday + 3 * minute);
      expect(market.repairs().at(-1)).toMatchObject({ from: monday, to: monday + minute });
    },
  );

  it('replaces minutes whole from REST, with a higher revision, and remembers empty ones', () => {
    const market = marketScript(monday + 20_000);
    market.tick(monday + 30_000, 10);
    market.wait(monday + 3 * minute + 2000);
    const bar = { openTime: monday, open: 8, high: 12, low: 7, close: 10 };
    const send = () =>
      market.send({ kind: 'minutes', from: monday - minute, to: monday + 3 * minute, bars: [bar] });
    send();
    expect(market.last('1min')).toMatchObject([
      {
        open: 8,
        high: 12,
        low: 7,
        close: 10,
        complete: true,
        source: 'rest',
        revision: 1,
        ticks: 1,
        volumeKind: 'none',
      },
    ]);
    const empty = market.events.filter((event) => event.kind === 'empty');
    expect(empty).toMatchObject([{ openTimes: [monday - minute, monday + minute, monday + 2 * minute] }]);
    const before = market.events.length;
    send();
    expect(market.events).toHaveLength(before);
  });

  it('calls a minute timely once: not again where REST corrects what was whole', () => {
    const market = marketScript(early);
    market.tick(monday + 10_000, 10);
    market.wait(monday + minute + 2000);
    const bar = { openTime: monday, open: 8, high: 12, low: 7, close: 10 };
    const send = (change = {}) =>
      market.send({ kind: 'minutes', from: monday, to: monday + minute, bars: [{ ...bar, ...change }] });
    send();
    send({ high: 13 });
    expect(market.closed().map(({ candle, timely }) => [candle.high, candle.complete, timely])).toEqual([
      [10, true, true],
      [12, true, false],
      [13, true, false],
    ]);
    // What was in doubt is news, once.
    const start = marketScript(monday + 20_000);
    start.tick(monday + 30_000, 10);
    start.wait(monday + minute + 2000);
    start.send({ kind: 'minutes', from: monday, to: monday + minute, bars: [bar] });
    start.send({ kind: 'minutes', from: monday, to: monday + minute, bars: [{ ...bar, high: 13 }] });
    expect(start.closed().map(({ candle, timely }) => [candle.complete, timely])).toEqual([
      [false, false],
      [true, true],
      [true, false],
    ]);
  });

  it('leaves minutes alone that REST states before they are decided', () => {
    const market = marketScript(early);
    market.tick(monday + 30_000, 10);
    market.send({
      kind: 'minutes',
      from: monday,
      to: monday + minute,
      bars: [{ openTime: monday, open: 1, high: 1, low: 1, close: 1 }],
    });
    market.wait(monday + 2 * minute);
    expect(market.last('1min')).toMatchObject([{ open: 10, source: 'ticks', complete: true }]);
  });

  it('closes nothing as complete while the feed is away, and asks once for all of it afterwards', () => {
    const market = marketScript(early);
    market.tick(monday + 10_000, 10);
    market.wait(monday + 20_000);
    market.send({ kind: 'interruption', from: monday + 19_000, to: Infinity, reason: 'closed' });
    market.wait(monday + 2 * minute);
    expect(market.last('1min')).toMatchObject([{ openTime: monday, complete: false }]);
    market.send({ kind: 'interruption', from: monday + 19_000, to: monday + 2.5 * minute, reason: 'closed' });
    market.tick(monday + 2.6 * minute, 11);
    market.wait(monday + 5 * minute);
    expect(market.last('1min').map((candle) => candle.complete)).toEqual([false, false]);
    expect(market.repairs().slice(1)).toMatchObject([{ from: monday, to: monday + 3 * minute }]);
  });

  it('unmakes closed minutes that a silence found later had touched', () => {
    const market = marketScript(early);
    market.tick(monday + 10_000, 10);
    market.tick(monday + minute + 10_000, 10);
    market.wait(monday + 2 * minute + 2000);
    expect(market.last('1min').every((candle) => candle.complete)).toBe(true);
    market.send({ kind: 'interruption', from: monday + minute + 10_000, to: Infinity, reason: 'silent' });
    expect(market.last('1min').map((candle) => candle.complete)).toEqual([true, false]);
  });

  it('unmakes the minute before an interruption that the lag reaches into: its last ticks were still on their way', () => {
    const unmade = (lag: number, from: number) => {
      const market = marketScript(early, { lag: () => lag });
      market.tick(monday + 10_000, 10);
      market.tick(monday + minute + 2_000, 10);
      expect(market.last('1min').map((candle) => candle.complete)).toEqual([true]);
      market.send({ kind: 'interruption', from, to: Infinity, reason: 'silent' });
      return !market.last('1min')[0]!.complete;
    };
    const from = monday + minute + 10_000;
    expect(unmade(0, from)).toBe(false);
    // Grace and lag reach back by 10 s to the minute's end, which is not in it, and by a millisecond more.
    expect(unmade(9_000, from)).toBe(false);
    expect(unmade(9_001, from)).toBe(true);
    expect(unmade(20_000, from)).toBe(true);
    // A clock that is slow makes a lag below 0, which reaches no less far than none.
    expect(unmade(-20_000, monday + minute + 999)).toBe(true);
  });

  it('fails as an error in its source would, where closing by the clock fails', () => {
    const feed = createFeedClock(early);
    const errors: unknown[] = [];
    const broken = new Error('no lag is known');
    const lagExceedsCap = () => {
      throw broken;
    };
    const waiting: (() => void)[] = [];
    const letInputFirst = (then: () => void) => void waiting.push(then);
    for (const options of [{}, { letInputFirst }])
      NEVER.pipe(
        minuteWindows({ symbol: 'EURUSD', clock: feed.clock, graceMs: 1000, lagExceedsCap, ...options }),
      ).subscribe({ error: (error: unknown) => errors.push(error) });
    feed.advance(monday + 5 * minute);
    expect(errors).toEqual([broken]);
    // Nobody catches what a timer's own callback throws.
    for (const then of waiting) then();
    expect(errors).toEqual([broken, broken]);
  });

  it('asks for nothing where the market was closed', () => {
    const saturday = monday - 2 * 86_400_000;
    const market = marketScript(saturday);
    market.send({ kind: 'interruption', from: saturday, to: saturday + 5 * minute, reason: 'closed' });
    market.wait(saturday + 10 * minute);
    expect(market.repairs()).toHaveLength(0);
  });

  it('makes nothing complete of a feed later than the cap', () => {
    const market = marketScript(early, { lagExceedsCap: () => true });
    market.tick(monday + 10_000, 10);
    market.wait(monday + 2 * minute);
    expect(market.last('1min')).toMatchObject([{ complete: false }]);
  });

  it('emits the forming candle at most every 250 ms, and only while ticks come', () => {
    const market = marketScript(early, { formingMs: 250 });
    for (let i = 0; i < 100; i++) market.tick(monday + i * 10, 10 + i);
    market.wait(monday + 50_000);
    const forming = market.events.filter((event) => event.kind === 'forming');
    expect(forming).toHaveLength(4);
    expect(forming[1]).toMatchObject({ candles: [{ open: 10, close: 35, ticks: 26 }] });
  });

  it('stops its timers a day after the last input, and goes on with the next', () => {
    const market = marketScript(early);
    market.tick(monday + 10_000, 10);
    market.wait(monday + 48 * 60 * minute);
    market.tick(monday + 48 * 60 * minute + 5000, 11);
    market.wait(monday + 48 * 60 * minute + 2 * minute);
    expect(market.last('1min')).toHaveLength(2);
  });
});

describe('volume of a minute', () => {
  const volumes = (market: ReturnType<typeof marketScript>) =>
    market.last('1min').map(({ volume, volumeKind }) => [volume, volumeKind]);

  it('is what the day volume rose by, from the first tick after a gap on', () => {
    const market = marketScript(early);
    market.tick(monday, 10, { dayVolume: 1000 });
    market.tick(monday + 1000, 10, { dayVolume: 1040 });
    market.tick(monday + minute, 10, { dayVolume: 1100 });
    market.tick(monday + minute + 1, 10);
    market.tick(monday + 2 * minute, 10, { dayVolume: 1090 });
    market.tick(monday + 3 * minute, 10, { dayVolume: 1130 });
    market.wait(monday + 3 * minute + 10_000);
    market.send({
      kind: 'interruption',
      from: monday + 3 * minute + 10_000,
      to: monday + 4 * minute,
      reason: 'test',
    });
    market.tick(monday + 4 * minute, 10, { dayVolume: 5000 });
    market.tick(monday + 5 * minute, 10, { dayVolume: 5005 });
    market.wait(monday + 7 * minute);
    expect(volumes(market)).toEqual([
      [40, 'traded'],
      [60, 'traded'],
      [0, 'traded'],
      [1, 'ticks'],
      [0, 'traded'],
      [5, 'traded'],
    ]);
  });

  it('starts anew with the session', () => {
    const bell = Date.parse('2026-01-05T14:30:00Z');
    const market = marketScript(bell - 5 * minute, { symbol: 'AAPL' });
    market.tick(bell - 2 * minute, 10, { dayVolume: 9000 });
    market.tick(bell + 1000, 10, { dayVolume: 70 });
    market.tick(bell + minute, 10, { dayVolume: 100 });
    market.wait(bell + 3 * minute);
    expect(volumes(market).slice(1)).toEqual([
      [70, 'traded'],
      [30, 'traded'],
    ]);
  });
});
