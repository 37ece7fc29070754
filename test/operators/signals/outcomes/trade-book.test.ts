import { describe, expect, it } from 'vitest';
import type { Trade } from '../../../../operators/signals/outcomes/outcomes.ts';
import {
  createTradeBook,
  type Ended,
  type TradeBookOptions,
} from '../../../../operators/signals/outcomes/trade-book.ts';
import type { Tick } from '../../../../schema/tick.ts';
import { buyTrade, candleAt, minute, tickAt } from '../signal-samples.ts';

/** Two prices of which one is more than twice the other are in different units. */
const restated = (before: number, after: number) => Math.max(before / after, after / before) > 2;

const buy = (id = 'a', change: Partial<Trade> = {}) => buyTrade({ id, restated, ...change });
const bookOf = (options: TradeBookOptions<Trade> = {}, ...trades: readonly Trade[]) => {
  const book = createTradeBook<Trade>(options);
  for (const trade of trades.length === 0 ? [buy()] : trades) book.add(trade);
  return book;
};
const tick = (at: number, price: number, change: Partial<Tick> = {}) =>
  tickAt(at * minute, price, change).tick;
const shown = (ends: readonly Ended<Trade>[]) =>
  ends.map(({ trade, outcome: { status, exit_price, resolved_at } }) => [
    trade.id,
    status,
    exit_price,
    resolved_at / minute,
  ]);

describe('createTradeBook', () => {
  it('ends a trade at its level, once, and goes on with the others', () => {
    const book = bookOf({}, buy('a'), buy('b', { tp: 110 }));
    expect(shown(book.tick(tick(11, 102)))).toEqual([]);
    expect(shown(book.tick(tick(12, 104)))).toEqual([['a', 'tp', 103, 12]]);
    expect([...book.trades].map(({ id }) => id)).toEqual(['b']);
    expect(book.size).toBe(1);
    expect(shown(book.tick(tick(13, 97)))).toEqual([['b', 'sl', 97, 13]]);
    expect(shown(book.tick(tick(14, 97)))).toEqual([]);
  });

  it('holds back what ticks decide in an outage, until its minutes have come or were waited for in vain', () => {
    const missing = (book: ReturnType<typeof bookOf>) => {
      book.interruption(20 * minute, 22 * minute);
      expect(shown(book.tick(tick(23, 104)))).toEqual([]);
      // What follows counts no more.
      expect(shown(book.tick(tick(24, 97)))).toEqual([]);
      return book;
    };
    const fell = { openTime: 20 * minute, open: 100, high: 100, low: 97, close: 99 };
    const filled = missing(bookOf());
    expect(shown(filled.minutes(20 * minute, 21 * minute, [fell]))).toEqual([['a', 'sl', 98, 21]]);
    const calm = missing(bookOf());
    expect(shown(calm.minutes(20 * minute, 21 * minute, []))).toEqual([]);
    expect(shown(calm.minutes(21 * minute, 22 * minute, []))).toEqual([['a', 'tp', 103, 23]]);
    const alone = missing(bookOf());
    expect(shown(alone.tick(tick(31.99, 100)))).toEqual([]);
    expect(shown(alone.tick(tick(32, 100)))).toEqual([['a', 'tp', 103, 23]]);
    const silent = missing(bookOf({ patienceMs: 3 * minute }));
    expect(shown(silent.expire(25 * minute - 1))).toEqual([]);
    expect(shown(silent.expire(25 * minute))).toEqual([['a', 'tp', 103, 23]]);
  });

  it('lets longer candles stand in for minutes that never came, and none where all have come', () => {
    const five = [candleAt(20 * minute, 100, { timeframe: '5min', low: 90, high: 101 })];
    const waited = bookOf({ candlesFor: () => five });
    waited.interruption(20 * minute, 22 * minute);
    expect(shown(waited.expire(32 * minute))).toEqual([['a', 'sl', 98, 25]]);
    const filled = bookOf({ candlesFor: () => five });
    filled.interruption(20 * minute, 22 * minute);
    expect(shown(filled.minutes(20 * minute, 22 * minute, []))).toEqual([]);
    expect(shown(filled.expire(32 * minute))).toEqual([]);
    expect(shown(filled.tick(tick(33, 103)))).toEqual([['a', 'tp', 103, 33]]);
  });

  it('takes the prices before it was added from the minutes that come', () => {
    const book = createTradeBook<Trade>();
    book.add(buy(), 15 * minute);
    expect(shown(book.tick(tick(15, 104)))).toEqual([]);
    const bar = { openTime: 12 * minute, open: 100, high: 100, low: 97, close: 99 };
    expect(shown(book.minutes(10 * minute, 15 * minute, [bar]))).toEqual([['a', 'sl', 98, 13]]);
    const known = createTradeBook<Trade>();
    known.add(buy(), 9 * minute);
    expect(shown(known.tick(tick(15, 104)))).toEqual([['a', 'tp', 103, 15]]);
  });

  it('ends a trade by hand at a price, or at its last', () => {
    const book = bookOf({}, buy('a'), buy('b'));
    book.tick(tick(11, 101));
    expect(shown([book.end('a', 'reversed', 102, 12 * minute)!])).toEqual([['a', 'reversed', 102, 12]]);
    expect(shown([book.end('b', 'reversed', null, 13 * minute)!])).toEqual([['b', 'reversed', 101, 13]]);
    expect(book.end('b', 'reversed', null, 13 * minute)).toBeNull();
    expect(book.size).toBe(0);
  });

  it('ends by hand as void where the price is in another unit', () => {
    expect(bookOf().end('a', 'reversed', 1000, 12 * minute)!.outcome).toMatchObject({
      status: 'void',
      exit_price: 100,
      r: null,
    });
  });

  it('hands a trade on to another book, sharing nothing', () => {
    const book = bookOf();
    book.interruption(20 * minute, 22 * minute);
    const other = createTradeBook<Trade>();
    other.takeOver(book.copy('a')!);
    expect(book.copy('b')).toBeNull();
    const bar = { openTime: 20 * minute, open: 100, high: 102, low: 99, close: 101 };
    book.minutes(20 * minute, 21 * minute, [bar]);
    expect([...book.trades][0]).not.toBe([...other.trades][0]);
    expect(shown(other.tick(tick(32, 100)))).toEqual([]);
    expect(shown([other.end('a', 'reversed', null, 33 * minute)!])).toEqual([['a', 'reversed', 100, 33]]);
    // Nor has the other's end taken anything from the first.
    book.minutes(21 * minute, 22 * minute, []);
    expect(shown([book.end('a', 'reversed', null, 33 * minute)!])).toEqual([['a', 'reversed', 101, 33]]);
  });

  it('follows the feed with those trades alone that are on its market', () => {
    const book = bookOf({ followsFeed: ({ id }) => id === 'a' }, buy('a'), buy('b'));
    book.interruption(20 * minute, 22 * minute);
    book.tick(tick(23, 104));
    expect(shown(book.expire(32 * minute))).toEqual([['a', 'tp', 103, 23]]);
    expect(shown(book.tick(tick(33, 104)))).toEqual([]);
    expect(book.size).toBe(1);
  });

  it('follows bars of an outside source with those it is asked to, each until its end', () => {
    const book = bookOf({}, buy('a'), buy('b'));
    const bars = [
      { openTime: 10 * minute, open: 100, high: 101, low: 99, close: 100 },
      { openTime: 15 * minute, open: 100, high: 104, low: 99, close: 100 },
      { openTime: 20 * minute, open: 100, high: 101, low: 90, close: 100 },
    ];
    expect(shown(book.bars(bars.slice(0, 1), 5 * minute, () => true))).toEqual([]);
    expect(shown(book.bars(bars, 5 * minute, ({ id }) => id === 'b'))).toEqual([['b', 'tp', 103, 20]]);
  });

  it('takes a single price in another unit for a wrong one, and one that is repeated for two seconds for true', () => {
    const book = bookOf();
    book.tick(tick(11, 101));
    expect(shown(book.tick(tick(12, 10)))).toEqual([]);
    expect(shown(book.tick(tick(12.01, 101)))).toEqual([]);
    // The time of the first of them counts.
    expect(shown(book.tick({ ...tick(13, 10) }))).toEqual([]);
    expect(shown(book.tick({ ...tick(13, 10), eventTime: 13 * minute + 1_999 }))).toEqual([]);
    const ends = book.tick({ ...tick(13, 11), eventTime: 13 * minute + 2_000 });
    expect(shown(ends)).toEqual([['a', 'void', 101, 13]]);
    expect(ends[0]!.outcome.reason).toMatch(/from 101 to 11 at once/);
  });

  it('takes a price in another unit for true where no other has come for a minute', () => {
    const book = bookOf();
    book.tick(tick(11, 10));
    expect(shown(book.expire(12 * minute - 1))).toEqual([]);
    expect(shown(book.expire(12 * minute))).toEqual([['a', 'void', 100, 11]]);
  });

  it('does not look at the unit of a price before its trade', () => {
    const book = bookOf();
    expect(shown(book.tick(tick(9, 10)))).toEqual([]);
    expect(shown(book.expire(20 * minute))).toEqual([]);
  });

  it('expires where no price comes after its end, ten minutes later and not before', () => {
    const book = bookOf();
    book.tick(tick(11, 101));
    expect(shown(book.expire(70 * minute - 1))).toEqual([]);
    expect(shown(book.expire(70 * minute))).toEqual([['a', 'expired', 101, 60]]);
    const waits = bookOf();
    waits.interruption(50 * minute, Infinity);
    expect(shown(waits.expire(500 * minute))).toEqual([]);
  });
});
