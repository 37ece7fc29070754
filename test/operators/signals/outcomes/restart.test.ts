import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTrade } from '../../../../operators/signals/outcomes/outcomes.ts';
import { createTradeBook, type TradeBook } from '../../../../operators/signals/outcomes/trade-book.ts';
import type { Trade } from '../../../../operators/signals/outcomes/outcomes.ts';
import type { Bar } from '../../../../schema/candle.ts';
import type { Outcome } from '../../../../schema/signal.ts';
import type { Tick } from '../../../../schema/tick.ts';
import { minute } from '../signal-samples.ts';

const grace = 1_000;
const from = 10 * minute;
const floor = (time: number) => Math.floor(time / minute) * minute;

interface Day {
  readonly trade: () => Trade;
  readonly ticks: readonly Tick[];
  readonly stop: number;
  readonly start: number;
  /** REST's minutes of the gap, which need not be those of the ticks. */
  readonly repaired: readonly Bar[];
}

const day = (quoted: boolean, levels: number, least = 3) =>
  fc
    .record({
      side: fc.constantFrom(1 as const, -1 as const),
      steps: fc.array(
        fc.record({
          ms: fc.integer({ min: 1, max: 9_000 }),
          move: fc.integer({ min: -20, max: 20 }),
          spread: quoted ? fc.option(fc.integer({ min: 1, max: 60 })) : fc.constant(null),
        }),
        { minLength: 100, maxLength: 300 },
      ),
      stop: fc.integer({ min: 15_000, max: 5 * minute }),
      away: fc.integer({ min: 1, max: 3 * minute }),
      lies: fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 10, maxLength: 10 }),
      horizon: fc.integer({ min: least, max: least + 30 }),
    })
    .map(({ side, steps, stop: stopAfter, away, lies, horizon }): Day => {
      let [at, cents] = [from, 10_000];
      const ticks = steps.map(({ ms, move, spread }): Tick => {
        [at, cents] = [at + ms, cents + move];
        const price = cents / 100;
        const quote = spread === null ? {} : { bid: (cents - spread) / 100, ask: (cents + spread) / 100 };
        return { symbol: 'BTCUSD', price, eventTime: at, receivedTime: at, ...quote };
      });
      const stop = from + stopAfter;
      const start = stop + away;
      const repaired = barsOf(ticks, floor(stop - grace), floor(start) + minute).map((bar, i) => {
        const { openTime, open, close } = bar;
        const low = Math.min(open, close, bar.low + lies[i % 10]! / 100);
        const high = Math.max(open, close, bar.high + lies[(i + 5) % 10]! / 100);
        return { openTime, open, high, low, close };
      });
      const trade = () =>
        openTrade({
          id: 'a',
          direction: side,
          entry: 100,
          tp: 100 + 1.5 * levels * side,
          sl: 100 - levels * side,
          from,
          expiresAt: from + horizon * minute,
          cost: 0.01,
        });
      return { trade, ticks, stop, start, repaired };
    });

function barsOf(ticks: readonly Tick[], begin: number, end: number): Bar[] {
  const bars = new Map<number, Bar>();
  for (const { price, eventTime } of ticks) {
    if (eventTime < begin || eventTime >= end) continue;
    const openTime = floor(eventTime);
    const { open = price, high = price, low = price } = bars.get(openTime) ?? {};
    bars.set(openTime, {
      openTime,
      open,
      high: Math.max(high, price),
      low: Math.min(low, price),
      close: price,
    });
  }
  return [...bars.values()];
}

/** The first end of the trade. */
function endOf(
  book: TradeBook<Trade>,
  steps: readonly ((book: TradeBook<Trade>) => { outcome: Outcome }[])[],
) {
  for (const step of steps) {
    const [end] = step(book);
    if (end !== undefined) return end.outcome;
  }
  return undefined;
}

const after = ({ ticks, start, stop, repaired }: Day) => {
  const [begin, end] = [floor(stop - grace), floor(start) + minute];
  const heard = ticks.filter(({ eventTime }) => eventTime >= start);
  const tick = (one: Tick) => (book: TradeBook<Trade>) => [...book.tick(one)];
  return [
    ...heard.filter(({ eventTime }) => eventTime < end).map(tick),
    (book: TradeBook<Trade>) => [...book.minutes(begin, end, repaired)],
    ...heard.filter(({ eventTime }) => eventTime >= end).map(tick),
    (book: TradeBook<Trade>) => [...book.expire(from + 100 * minute)],
  ];
};

/** A server that was never away but for its feed. */
function through(one: Day): { readonly before: Outcome | undefined; readonly end: Outcome | undefined } {
  const book = createTradeBook<Trade>();
  book.add(one.trade());
  const heard = one.ticks.filter(({ eventTime }) => eventTime < one.stop);
  const before = endOf(
    book,
    heard.map((tick) => (to) => [...to.tick(tick)]),
  );
  if (before !== undefined) return { before, end: before };
  book.interruption(one.stop - grace, one.start + 1);
  return { before, end: endOf(book, after(one)) };
}

/** A server that was stopped and started: the minutes that had closed are in its store, REST gives the others. */
function restarted(one: Day): Outcome | undefined {
  const book = createTradeBook<Trade>();
  book.add(one.trade(), one.start);
  const decided = floor(one.stop - grace);
  const stored = barsOf(
    one.ticks.filter(({ eventTime }) => eventTime < one.stop),
    0,
    decided,
  );
  return endOf(book, [
    (to) => [...to.minutes(0, decided, stored)],
    (to) => {
      to.interruption(one.start - grace, one.start + 1);
      return [];
    },
    ...after(one),
  ]);
}

describe('a trade over a restart', () => {
  it.each([
    ['near', 0.6],
    ['far', 50],
  ])('ends as one that was followed through it, levels %s, to the last bit', (_, levels) => {
    let [compared, told] = [0, 0];
    fc.assert(
      fc.property(day(false, levels), (one) => {
        const { before, end } = through(one);
        if (before !== undefined) return;
        expect(restarted(one)).toEqual(end);
        compared++;
        // The minute of the stop tells another extreme than the ticks that were heard of it.
        const seen = one.ticks.filter(({ eventTime }) => eventTime < one.stop);
        const [bar] = barsOf(seen, floor(one.stop), one.stop);
        const repaired = one.repaired.find(({ openTime }) => openTime === bar?.openTime);
        if (bar !== undefined && repaired !== undefined && bar.high > repaired.high) told++;
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(compared).toBeGreaterThan(levels > 1 ? 400 : 50);
    expect(told).toBeGreaterThan(3);
  });

  it('has the same excursions where the feed has bid and ask, whose prices no minute holds', () => {
    fc.assert(
      fc.property(day(true, 50, 12), (one) => {
        const { end } = through(one);
        const { mfe, mae } = restarted(one)!;
        expect({ mfe, mae }).toEqual({ mfe: end!.mfe, mae: end!.mae });
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it('keeps what a gap has told where the next begins in the minute in which that came', () => {
    const book = createTradeBook<Trade>();
    const trade = { id: 'a', direction: 1, entry: 100, tp: 103, sl: 98, cost: 0 } as const;
    book.add(openTrade({ ...trade, from, expiresAt: 60 * minute }));
    const tick = (at: number, price: number) =>
      book.tick({ symbol: 'BTCUSD', price, eventTime: at * minute, receivedTime: at * minute });
    const bar = (at: number, high: number) => ({
      openTime: at * minute,
      open: 100,
      high,
      low: 99,
      close: 100,
    });
    book.interruption(12.5 * minute, 13.5 * minute);
    tick(14.1, 100);
    book.minutes(12 * minute, 14 * minute, [bar(12, 102), bar(13, 101)]);
    tick(14.2, 102.5);
    book.interruption(14.5 * minute, 15.5 * minute);
    tick(16.1, 100);
    book.minutes(14 * minute, 16 * minute, [bar(14, 101), bar(15, 101)]);
    expect(book.end('a', 'reversed', 100, 17 * minute)!.outcome).toMatchObject({ mfe: 1, mae: 0.5 });
  });

  it('counts what was heard of the minute of an interruption where its bar never comes', () => {
    fc.assert(
      fc.property(day(false, 50, 60), ({ trade, ticks, stop, start }) => {
        const outcomeWith = (interrupted: boolean) => {
          const book = createTradeBook<Trade>();
          book.add(trade());
          for (const tick of ticks.filter(({ eventTime }) => eventTime < stop)) book.tick(tick);
          if (interrupted) book.interruption(stop - grace, start + 1);
          for (const tick of ticks.filter(({ eventTime }) => eventTime >= start)) book.tick(tick);
          const { mfe, mae } = book.end('a', 'reversed', 100, from + 100 * minute)!.outcome;
          return { mfe, mae };
        };
        expect(outcomeWith(true)).toEqual(outcomeWith(false));
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});
