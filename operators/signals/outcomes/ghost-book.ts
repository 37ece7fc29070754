import type { Bar, Candle } from '../../../schema/candle.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import type { Signal } from '../../../schema/signal.ts';
import type { Tick } from '../../../schema/tick.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { forecastOf } from './forecast-of.ts';
import { ghostTrade, isOnFeed, isPosted, type IssuedTrade } from './issued-trade.ts';
import type { Trade } from './outcomes.ts';
import type { Followed } from './followed-trade.ts';
import { createTradeBook, type Ended } from './trade-book.ts';

/**
 * Follows reversed signals on, unpublished, to their levels or horizon: `prob_tp_hit` is the probability of the levels, and our
 * reversal of the trade decides nothing about them. The signal keeps the result it had at its reversal.
 */
export interface GhostBook {
  readonly size: number;
  follow(reversed: Followed<IssuedTrade>): void;
  tick(tick: Tick): readonly SignalEvent[];
  interruption(from: number, to: number): void;
  minutes(from: number, to: number, bars: readonly Bar[]): readonly SignalEvent[];
  /** Posted bars of `length` ms, for the ghosts of posted signals of their timeframe. */
  posted(timeframe: Timeframe, bars: readonly Bar[], length: number): readonly SignalEvent[];
  expire(now: number): readonly SignalEvent[];
}

/** `restored` were followed at the last stop; prices before `pricesFrom` (Unix ms) come as minutes. `restated`, see Trade. */
export function createGhostBook(
  restored: readonly Signal[],
  costOf: (price: number) => number,
  pricesFrom: number,
  candlesOf: (timeframe: Timeframe) => readonly Candle[],
  restated?: Trade['restated'],
): GhostBook {
  const book = createTradeBook<IssuedTrade>({
    followsFeed: isOnFeed,
    candlesFor: ({ signal }) => candlesOf(signal.timeframe),
  });
  for (const signal of restored)
    book.add(ghostTrade(signal, costOf, restated), isPosted(signal) ? undefined : pricesFrom);
  return {
    get size() {
      return book.size;
    },
    follow: (reversed) => book.takeOver(reversed),
    tick: (tick) => judged(book.tick(tick)),
    interruption: (from, to) => book.interruption(from, to),
    minutes: (from, to, bars) => judged(book.minutes(from, to, bars)),
    posted: (timeframe, bars, length) =>
      judged(book.bars(bars, length, (trade) => trade.posted && trade.signal.timeframe === timeframe)),
    expire: (now) => judged(book.expire(now)),
  };
}

const judged = (all: readonly Ended<IssuedTrade>[]): readonly SignalEvent[] =>
  all.length === 0
    ? nothing
    : all.map(({ trade, outcome }) => ({
        kind: 'levels_resolved',
        forecast: forecastOf(trade.signal),
        outcome,
      }));

const nothing: readonly never[] = [];
