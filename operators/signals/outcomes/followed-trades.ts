import type { CandleColumns } from '../../../models/candle-columns.ts';
import type { Bar, Candle } from '../../../schema/candle.ts';
import type { Forecast } from '../../../schema/forecast.ts';
import type { SignalEvent, Withheld } from '../../../schema/signal-event.ts';
import type { Signal } from '../../../schema/signal.ts';
import type { Tick } from '../../../schema/tick.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import { barsOfColumns } from '../../candles/candle-columns-of.ts';
import { createGhostBook } from './ghost-book.ts';
import { isOnFeed, isPosted, issuedTrade, type IssuedTrade } from './issued-trade.ts';
import { createRecentPrices, type RecentPrices } from './recent-prices.ts';
import { createShadowLedger } from './shadow-ledger.ts';
import { createTradeBook, type Ended } from './trade-book.ts';

/**
 * Everything of one symbol whose levels are followed on its prices: open signals, signals that a gate withheld, and reversed
 * signals. Where one input ends several, the open signals come first, then the withheld, then the reversed.
 */
export interface FollowedTrades<Step> {
  /** How many, of all three kinds. */
  readonly size: number;
  readonly rangeSince: RecentPrices['rangeSince'];
  /** Begins to follow a signal, with what was heard of its market since its close. */
  issue(signal: Signal): readonly Step[];
  /**
   * Ends a signal at a price, or at its last one where `price` is null. Its levels are followed on if it ends as `reversed`: a level
   * reached in an outage came before. Null where the signal is not followed.
   */
  reverse(signal: Signal, price: number | null, at: number): Ended<IssuedTrade> | null;
  withhold(withheld: Withheld, cost: number, source: Forecast['source']): readonly Step[];
  tick(tick: Tick): readonly Step[];
  /** Prices of `[from, to)` are missing, or some of them; `to` is Infinity while the outage lasts. */
  interruption(from: number, to: number): void;
  /** The 1min bars of `[from, to)`, from REST or the store. */
  minutes(from: number, to: number, bars: readonly Bar[]): readonly Step[];
  /** A posted window holds the bars since the one before it: they decide the posted signals of their timeframe. */
  posted(timeframe: Timeframe, columns: CandleColumns): readonly Step[];
  /** Ends what is past its time at `now`, Unix ms: see TradeBook. */
  expire(now: number): readonly Step[];
}

export interface FollowedTradesOptions<Step> {
  /** Prices before it (Unix ms) come as minutes, for what was restored. */
  readonly startedAt: number;
  /** Cost of entry and exit at a price, price units, where a restored signal carries none. */
  readonly costOf: (price: number) => number;
  /** The closed candles known of a timeframe, oldest first: they stand in for the minutes of an outage that never came. */
  readonly candlesOf: (timeframe: Timeframe) => readonly Candle[];
  /** Is the symbol configured? The feed of another, which a visitor has asked for, ends no signal of posted candles. */
  readonly isConfigured: boolean;
  /** Are two prices in a row in different units? */
  readonly restated: (before: number, after: number) => boolean;
  readonly restored: {
    readonly signals: readonly Signal[];
    readonly ghosts: readonly Signal[];
    readonly withheld: readonly Withheld[];
  };
  /** The steps that the end of an open signal causes. */
  readonly onEnd: (ended: Ended<IssuedTrade>) => readonly Step[];
}

const nothing: readonly never[] = [];

export function createFollowedTrades<Step>(
  options: FollowedTradesOptions<Step>,
): FollowedTrades<SignalEvent | Step> {
  const { startedAt, costOf, isConfigured, candlesOf, restated, restored, onEnd } = options;
  const book = createTradeBook<IssuedTrade>({
    followsFeed: isOnFeed,
    candlesFor: ({ signal }) => candlesOf(signal.timeframe),
  });
  const shadow = createShadowLedger(restored.withheld, costOf, startedAt, candlesOf, restated);
  const ghosts = createGhostBook(restored.ghosts, costOf, startedAt, candlesOf, restated);
  const tradeOf = (signal: Signal): IssuedTrade => {
    const trade = issuedTrade(signal, costOf, restated);
    return trade.posted && !isConfigured ? { ...trade, onFeed: false } : trade;
  };
  for (const signal of restored.signals.toSorted((a, b) => a.created_at - b.created_at))
    if (signal.status === 'open') book.add(tradeOf(signal), isPosted(signal) ? undefined : startedAt);

  const recent = createRecentPrices(restated);
  /** Of a posted signal's market the feed may know nothing. */
  const heardOf = ({ from, posted }: IssuedTrade) => (posted ? [] : recent.since(from));

  const ended = (all: readonly Ended<IssuedTrade>[]): readonly Step[] =>
    all.length === 0 ? nothing : all.flatMap(onEnd);

  return {
    get size() {
      return book.size + shadow.size + ghosts.size;
    },
    rangeSince: recent.rangeSince,
    issue(signal) {
      const trade = tradeOf(signal);
      return ended(book.add(trade, trade.posted ? undefined : startedAt, heardOf(trade)));
    },
    reverse(signal, price, at) {
      const before = book.copy(signal.id);
      const over = book.end(signal.id, 'reversed', price, at);
      if (before !== null && over?.outcome.status === 'reversed') ghosts.follow(before);
      return over;
    },
    withhold: (withheld, cost, source) =>
      source === 'posted'
        ? shadow.withhold(withheld, cost)
        : shadow.withhold(withheld, cost, startedAt, recent.since(withheld.close_time)),
    tick(tick) {
      recent.tick(tick);
      if (book.size === 0 && shadow.size === 0 && ghosts.size === 0) return nothing;
      const over = ended(book.tick(tick));
      const unseen = [...shadow.tick(tick), ...ghosts.tick(tick)];
      return over.length === 0 ? unseen : [...over, ...unseen];
    },
    interruption(from, to) {
      recent.interruption(from, to);
      for (const each of [book, shadow, ghosts]) each.interruption(from, to);
    },
    minutes: (from, to, bars) => [
      ...ended(book.minutes(from, to, bars)),
      ...shadow.minutes(from, to, bars),
      ...ghosts.minutes(from, to, bars),
    ],
    posted(timeframe, columns) {
      if (book.size === 0 && ghosts.size === 0) return nothing;
      const isTheirs = (trade: IssuedTrade): boolean => trade.posted && trade.signal.timeframe === timeframe;
      const [bars, length] = [barsOfColumns(columns), timeframeMs[timeframe]];
      return [...ended(book.bars(bars, length, isTheirs)), ...ghosts.posted(timeframe, bars, length)];
    },
    expire: (now) => [...ended(book.expire(now)), ...shadow.expire(now), ...ghosts.expire(now)],
  };
}
