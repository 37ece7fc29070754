import type { Bar, Candle } from '../../../schema/candle.ts';
import type { Outcome } from '../../../schema/signal.ts';
import type { Tick } from '../../../schema/tick.ts';
import { copyOf, type Followed, judgeGap, judgeStrange, strangeForMs } from './followed-trade.ts';
import { ended, followBar, followTick, isRestatedFor, priceOf, type Trade, voided } from './outcomes.ts';
import { addSeen, markMinute, minuteOf, takeBack } from './minute-marks.ts';
import type { Heard } from './recent-prices.ts';
import { fillGap, keepHeard, widenGap } from './price-gap.ts';

/** A trade that ended. */
export interface Ended<T extends Trade> {
  readonly trade: T;
  readonly outcome: Outcome;
}

/** The trades of one symbol that are being followed. Every method returns the trades it ended. */
export interface TradeBook<T extends Trade> {
  readonly size: number;
  readonly trades: Iterable<T>;
  /**
   * Begins to follow. pricesFrom: prices before it (Unix ms) are yet to come as minutes. heard: what was heard since the trade's start, oldest first.
   * @default its start: none is missing; nothing
   */
  add(trade: T, pricesFrom?: number, heard?: readonly Heard[]): readonly Ended<T>[];
  /** A trade as it stands, for another book to follow on; null where it is not followed. */
  copy(id: string): Followed<T> | null;
  /** Follows on what another book followed. */
  takeOver(followed: Followed<T>): void;
  /** Ends a trade by hand, at a price, or at the last one known of it where `price` is null; as `void` where that price is in another unit. */
  end(id: string, status: 'reversed', price: number | null, at: number): Ended<T> | null;
  tick(tick: Tick): readonly Ended<T>[];
  /**
   * Prices of `[from, to)` are missing, or some of them; `to` is Infinity while the outage lasts. Minutes that it touches count by their bars:
   * what was heard of them before counts where the bars never come.
   */
  interruption(from: number, to: number): void;
  /** The 1min bars of `[from, to)`. */
  minutes(from: number, to: number, bars: readonly Bar[]): readonly Ended<T>[];
  /** Bars of `length` ms of an outside source, for the trades `which` picks. */
  bars(bars: readonly Bar[], length: number, which: (trade: T) => boolean): readonly Ended<T>[];
  /** Ends the trades that wait in vain at `now`, Unix ms: for minutes, or for any price after their end. */
  expire(now: number): readonly Ended<T>[];
}

export interface TradeBookOptions<T extends Trade> {
  /** How long missing minutes are waited for, ms. @default 10 minutes */
  readonly patienceMs?: number;
  /** Is this trade on the market of the live feed? `price` is the tick's, or null for minutes and gaps. @default it is */
  readonly followsFeed?: (trade: T, price: number | null) => boolean;
  /** Closed candles, oldest first, that may stand in for minutes that never came. @default none */
  readonly candlesFor?: (trade: T) => readonly Candle[];
}

const none: readonly never[] = [];

export function createTradeBook<T extends Trade>({
  patienceMs = 600_000,
  followsFeed = () => true,
  candlesFor = () => none,
}: TradeBookOptions<T> = {}): TradeBook<T> {
  const book = new Map<string, Followed<T>>();

  const collect = (judge: (entry: Followed<T>) => Outcome | null): readonly Ended<T>[] => {
    if (book.size === 0) return none;
    const over: Ended<T>[] = [];
    for (const entry of book.values()) {
      const outcome = judge(entry);
      if (outcome === null) continue;
      book.delete(entry.trade.id);
      over.push({ trade: entry.trade, outcome });
    }
    return over;
  };
  const interrupt = (entry: Followed<T>, from: number, to: number): void => {
    const { trade, marks } = entry;
    const heard = takeBack(marks, trade, from);
    entry.gap = widenGap(trade, entry.gap, minuteOf(from), to, patienceMs);
    if (heard === null) return;
    if (entry.gap === null) addSeen(trade, heard, trade.direction);
    else keepHeard(entry.gap, heard);
  };
  const recall = (entry: Followed<T>, one: Heard): Outcome | null => {
    if (one.kind === 'interruption') {
      interrupt(entry, one.from, one.to);
      return null;
    }
    markMinute(entry.marks, entry.trade, one.bar.openTime);
    const outcome = followBar(entry.trade, one.bar, one.lastAt);
    if (entry.gap === null) return outcome;
    entry.gap.later ??= outcome;
    return null;
  };
  const giveUp = (entry: Followed<T>): Outcome | null => judgeGap(entry, () => candlesFor(entry.trade));

  return {
    get size() {
      return book.size;
    },
    get trades() {
      return [...book.values()].map(({ trade }) => trade);
    },
    add(trade, pricesFrom = trade.from, heard = none) {
      const gap = widenGap(trade, null, trade.from, pricesFrom, patienceMs);
      const entry: Followed<T> = { trade, gap, strange: null, marks: [] };
      for (const one of heard) {
        const outcome = recall(entry, one);
        if (outcome !== null) return [{ trade, outcome }];
      }
      book.set(trade.id, entry);
      return none;
    },
    copy(id) {
      const entry = book.get(id);
      return entry === undefined ? null : copyOf(entry);
    },
    takeOver(followed) {
      book.set(followed.trade.id, followed);
    },
    end(id, status, price, at) {
      const entry = book.get(id);
      if (entry === undefined) return null;
      book.delete(id);
      // A level reached in a gap came before the reversal.
      const { trade } = entry;
      const exit = price ?? trade.last;
      const outcome =
        giveUp(entry) ??
        (isRestatedFor(trade, exit) ? voided(trade, exit, at) : ended(trade, status, exit, at));
      return { trade: entry.trade, outcome };
    },
    tick(tick) {
      return collect((entry) => {
        const { trade, gap } = entry;
        if (!followsFeed(trade, tick.price)) return null;
        const strange = judgeStrange(entry, tick);
        if (strange !== undefined) return strange;
        markMinute(entry.marks, trade, tick.eventTime);
        if (gap === null) return followTick(trade, tick);
        gap.later ??= followTick(trade, tick);
        const isOver = gap.missing.length === 0 || tick.eventTime >= gap.giveUpAt;
        return isOver ? giveUp(entry) : null;
      });
    },
    interruption(from, to) {
      for (const entry of book.values()) if (followsFeed(entry.trade, null)) interrupt(entry, from, to);
    },
    minutes(from, to, bars) {
      return collect((entry) => {
        if (entry.gap === null) return null;
        fillGap(entry.gap, from, to, bars);
        return judgeGap(entry);
      });
    },
    bars(bars, length, which) {
      return collect(({ trade }) => {
        if (!which(trade)) return null;
        for (const bar of bars) {
          const outcome = followBar(trade, bar, bar.openTime + length);
          if (outcome !== null) return outcome;
        }
        return null;
      });
    },
    expire(now) {
      return collect((entry) => {
        const { trade, gap, strange } = entry;
        if (strange !== null && now >= strange.eventTime + strangeForMs)
          return voided(trade, priceOf(trade, strange), strange.eventTime);
        if (gap !== null && now >= gap.giveUpAt) return giveUp(entry);
        return gap === null && now >= trade.expiresAt + patienceMs
          ? ended(trade, 'expired', trade.last, trade.expiresAt)
          : null;
      });
    },
  };
}
