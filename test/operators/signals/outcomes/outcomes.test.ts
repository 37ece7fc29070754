import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  followBar,
  followTick,
  openTrade,
  type Trade,
} from '../../../../operators/signals/outcomes/outcomes.ts';
import { createTradeBook } from '../../../../operators/signals/outcomes/trade-book.ts';
import { minute, tickAt } from '../signal-samples.ts';

const buy = {
  id: 'a',
  direction: 1,
  entry: 100,
  tp: 103,
  sl: 98,
  from: 0,
  expiresAt: 24 * minute,
  cost: 0.1,
} as const;
const sell = { ...buy, direction: -1, tp: 97, sl: 102 } as const;
const tick = (time: number, price: number, change = {}) => tickAt(time, price, change).tick;
const bar = (openTime: number, open: number, high: number, low: number, close: number) => ({
  openTime,
  open,
  high,
  low,
  close,
});

describe('followTick', () => {
  it('fills TP at its level and SL at the price that passed it', () => {
    expect(followTick(openTrade(buy), tick(1, 110))).toMatchObject({
      status: 'tp',
      exit_price: 103,
      mfe: 1.5,
    });
    const stopped = followTick(openTrade(buy), tick(1, 97));
    expect(stopped).toMatchObject({ status: 'sl', exit_price: 97, mae: 1.5, mfe: 0 });
    expect(stopped?.r).toBeCloseTo(-1.5 - 0.05);
    expect(followTick(openTrade(sell), tick(1, 102))).toMatchObject({ status: 'sl', mae: 1 });
    expect(followTick(openTrade(sell), tick(1, 97))).toMatchObject({ status: 'tp' });
  });

  it('closes at bid and ask where ticks carry them, and then owes half the spread', () => {
    const trade = openTrade(buy);
    expect(followTick(trade, tick(1, 103.05, { bid: 102.95, ask: 103.15 }))).toBeNull();
    const outcome = followTick(trade, tick(2, 103.1, { bid: 103, ask: 103.2 }));
    expect(outcome?.status).toBe('tp');
    expect(outcome?.r).toBeCloseTo(1.5 - 0.05);
    expect(followTick(openTrade(sell), tick(1, 101.95, { bid: 101.9, ask: 102 }))?.status).toBe('sl');
  });

  it('keeps the newest price as its last, though an older one comes after it', () => {
    const trade = openTrade(buy);
    followTick(trade, tick(minute, 101, { bid: 100.9, ask: 101.1 }));
    followTick(trade, tick(minute - 1, 99));
    expect(trade).toMatchObject({ last: 100.9, lastAt: minute, worst: 99 });
    expect(trade.lastHalfSpread).toBeCloseTo(0.1);
    // Of two at one time the later counts.
    followTick(trade, tick(minute, 102));
    expect(trade).toMatchObject({ last: 102, lastAt: minute, lastHalfSpread: null });
    followTick(trade, tick(minute + 1, 102, { bid: 102.1, ask: 102 }));
    expect(trade).toMatchObject({ last: 102.1, lastHalfSpread: 0 });
    followTick(trade, tick(minute + 2, 102, { bid: 102 }));
    expect(trade).toMatchObject({ last: 102, lastHalfSpread: null });
  });

  it('counts neither what came before its start nor what comes at its end', () => {
    expect(followTick({ ...openTrade(buy), from: 10 }, tick(9, 50))).toBeNull();
    const trade = openTrade(buy);
    followTick(trade, tick(minute, 101));
    expect(followTick(trade, tick(24 * minute, 50))).toMatchObject({
      status: 'expired',
      exit_price: 101,
      resolved_at: 24 * minute,
    });
  });

  it('bounds every outcome by its excursions, whatever the path', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 90, max: 110, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.boolean(),
        (prices, isBuy) => {
          const trade = openTrade(isBuy ? buy : sell);
          let outcome = null;
          for (const [i, price] of prices.entries()) {
            outcome = followTick(trade, tick((i + 1) * minute, price));
            if (outcome !== null) break;
          }
          if (outcome === null) return;
          expect(outcome.mfe).toBeGreaterThanOrEqual(0);
          expect(outcome.mae).toBeGreaterThanOrEqual(0);
          expect(outcome.r! + 0.05).toBeLessThanOrEqual(outcome.mfe + 1e-9);
          expect(outcome.r! + 0.05).toBeGreaterThanOrEqual(-outcome.mae - 1e-9);
          if (outcome.status === 'tp') expect(outcome.mfe).toBeCloseTo(1.5);
          if (outcome.status === 'sl') expect(outcome.mae).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});

describe('followBar', () => {
  it('counts SL where a bar holds both levels, and marks it as ambiguous', () => {
    expect(followBar(openTrade(buy), bar(0, 100, 104, 97, 103), minute)).toMatchObject({
      status: 'sl',
      exit_price: 98,
      ambiguous_bar: true,
      mfe: 0,
      resolved_at: minute,
    });
    expect(followBar(openTrade(buy), bar(0, 100, 104, 98.5, 103), minute)).toMatchObject({
      status: 'tp',
      ambiguous_bar: false,
      mae: 0.75,
    });
  });

  it('fills a gap beyond SL at the open', () => {
    expect(followBar(openTrade(sell), bar(0, 105, 106, 96, 100), minute)).toMatchObject({
      status: 'sl',
      exit_price: 105,
      ambiguous_bar: false,
    });
  });

  it('takes the open of a bar first: beyond TP it is TP, whatever the bar touches later', () => {
    expect(followBar(openTrade(buy), bar(0, 104, 104, 97, 98), minute)).toMatchObject({
      status: 'tp',
      exit_price: 103,
      ambiguous_bar: false,
      mae: 0,
    });
    expect(followBar(openTrade(sell), bar(0, 96, 103, 96, 102), minute)).toMatchObject({
      status: 'tp',
      exit_price: 97,
      mae: 0,
    });
    // At the level is there already.
    expect(followBar(openTrade(buy), bar(0, 103, 103, 97, 98), minute)).toMatchObject({ status: 'tp' });
    expect(followBar(openTrade(buy), bar(0, 98, 104, 97, 103), minute)).toMatchObject({
      status: 'sl',
      exit_price: 98,
      ambiguous_bar: false,
    });
  });

  it.each([
    ['BUY', buy, bar(0, 100, 102.5, 99, 101), bar(minute, 101, 102, 97, 98), 98],
    ['SELL', sell, bar(0, 100, 101, 97.5, 99), bar(minute, 99, 103, 98, 102), 102],
  ] as const)('reports the best price in the bars of a %s as its MFE', (_, trade, first, last, exit) => {
    const followed = openTrade(trade);
    expect(followBar(followed, first, minute)).toBeNull();
    expect(followed).toMatchObject({ last: first.close, lastAt: minute });
    expect(followBar(followed, last, 2 * minute)).toMatchObject({
      status: 'sl',
      exit_price: exit,
      mfe: 1.25,
      mae: 1,
      resolved_at: 2 * minute,
    });
  });

  it('expires at the close of the last bar before the end', () => {
    const trade = openTrade(buy);
    followBar(trade, bar(23 * minute, 100, 101, 99, 100.5), 24 * minute);
    expect(followBar(trade, bar(24 * minute, 90, 90, 90, 90), 25 * minute)).toMatchObject({
      status: 'expired',
      exit_price: 100.5,
    });
  });
});

describe('createTradeBook', () => {
  const bookOf = (trade: Trade = openTrade(buy), heardFrom?: number) => {
    const book = createTradeBook();
    book.add(trade, heardFrom);
    return book;
  };
  const statuses = (all: readonly { outcome: { status: string } }[]) =>
    all.map(({ outcome }) => outcome.status);

  it('lets a level reached in a gap decide before the ticks after it', () => {
    const book = bookOf();
    book.tick(tick(minute, 100));
    book.interruption(90_000, 150_000);
    expect(book.tick(tick(160_000, 97))).toEqual([]);
    expect(book.minutes(2 * minute, 3 * minute, [bar(2 * minute, 100, 100, 97, 97)])).toEqual([]);
    const [ended] = book.minutes(minute, 2 * minute, [bar(minute, 100, 103.5, 99, 100)]);
    expect(ended?.outcome).toMatchObject({ status: 'tp', resolved_at: 2 * minute });
    expect(book.size).toBe(0);
  });

  it('decides as soon as what is known from the start of the gap does', () => {
    const book = bookOf();
    book.interruption(minute, 9 * minute);
    expect(statuses(book.minutes(minute, 3 * minute, [bar(2 * minute, 100, 101, 97, 100)]))).toEqual(['sl']);
  });

  it('waits while the feed is away, and then for no more than it missed', () => {
    const book = bookOf();
    book.interruption(minute, Infinity);
    expect(book.tick(tick(2 * minute, 104))).toEqual([]);
    expect(book.expire(23 * minute)).toEqual([]);
    book.interruption(minute, 3 * minute);
    expect(statuses(book.minutes(minute, 3 * minute, [bar(minute, 100, 101, 99, 100)]))).toEqual(['tp']);
    const short = bookOf();
    short.interruption(minute, Infinity);
    short.interruption(minute, 3 * minute);
    expect(statuses([...short.tick(tick(4 * minute, 97)), ...short.expire(13 * minute)])).toEqual(['sl']);
    const over = bookOf();
    over.interruption(30 * minute, Infinity);
    over.interruption(30 * minute, 40 * minute);
    expect(statuses(over.tick(tick(41 * minute, 100)))).toEqual(['expired']);
  });

  it('takes minutes in any order, and a minute without a bar as without a trade', () => {
    const book = bookOf();
    book.interruption(minute, 5 * minute);
    book.tick(tick(5 * minute, 104));
    expect(book.minutes(3 * minute, 5 * minute, [bar(3 * minute, 100, 104, 99, 103)])).toEqual([]);
    expect(statuses(book.minutes(minute, 3 * minute, [bar(minute, 100, 101, 97, 100)]))).toEqual(['sl']);
  });

  it('lets the tick decide where the gap held nothing, or its minutes never come', () => {
    const quiet = bookOf();
    quiet.interruption(minute, 2 * minute);
    quiet.tick(tick(2 * minute, 104));
    expect(statuses(quiet.minutes(minute, 2 * minute, []))).toEqual(['tp']);
    const silent = bookOf();
    silent.interruption(minute, 2 * minute);
    silent.tick(tick(2 * minute, 104));
    expect(statuses(silent.expire(11 * minute))).toEqual([]);
    expect(statuses(silent.expire(12 * minute))).toEqual(['tp']);
  });

  it('judges the downtime of a restored trade on minutes, and remembers its excursions', () => {
    const book = bookOf(openTrade(buy), 5 * minute);
    book.tick(tick(5 * minute, 101));
    book.minutes(0, 5 * minute, [bar(minute, 100, 102, 98.5, 100)]);
    const [ended] = book.tick(tick(6 * minute, 103));
    expect(ended?.outcome).toMatchObject({ status: 'tp', mae: 0.75 });
  });

  it('expires in a gap at the last price in it', () => {
    const book = bookOf();
    book.interruption(20 * minute, 30 * minute);
    book.tick(tick(30 * minute, 102.9));
    const bars = [bar(23 * minute, 100, 101, 99, 100.7), bar(25 * minute, 104, 105, 103, 104)];
    const [ended] = book.minutes(20 * minute, 30 * minute, bars);
    expect(ended?.outcome).toMatchObject({ status: 'expired', exit_price: 100.7, resolved_at: 24 * minute });
  });
});

describe('a trade whose price is restated', () => {
  const restated = (before: number, after: number) => Math.abs(Math.log(after / before)) > 1;

  it('is void by any price of a bar, with what it was before', () => {
    const trade = openTrade({ ...buy, restated });
    expect(followBar(trade, bar(0, 100, 102, 99, 101), minute)).toBeNull();
    for (const strange of [
      bar(minute, 10, 11, 9, 10),
      bar(minute, 101, 102, 10, 101),
      bar(minute, 101, 1010, 101, 101),
    ])
      expect(followBar({ ...trade }, strange, 2 * minute)).toMatchObject({
        status: 'void',
        r: null,
        exit_price: 101,
        resolved_at: 2 * minute,
        mfe: 1,
        mae: 0.5,
      });
  });

  it('is void after two seconds of such ticks, or a minute after one that nothing follows', () => {
    const book = createTradeBook();
    book.add(openTrade({ ...buy, restated }));
    expect(book.tick(tick(1000, 10))).toEqual([]);
    expect(book.tick(tick(2999, 10.1))).toEqual([]);
    expect(book.tick(tick(3000, 9.9))).toMatchObject([{ outcome: { status: 'void', resolved_at: 1000 } }]);
    book.add(openTrade({ ...sell, restated }));
    expect(book.tick(tick(5000, 10))).toEqual([]);
    expect(book.expire(64_999)).toEqual([]);
    expect(book.expire(65_000)).toMatchObject([{ outcome: { status: 'void', r: null } }]);
  });
});
