import type { Bar, Candle } from '../schema/candle.ts';
import type { Outcome } from '../schema/signal.ts';
import type { Tick } from '../schema/tick.ts';
import { ended, followBar, followTick, type Trade } from './outcomes.ts';
import { fillUnheard, giveUpWaiting, judgeUnheard, type Unheard, unheardFrom } from './unheard.ts';

/** A trade that ended. */
export interface Ended<T extends Trade> {
  readonly trade: T;
  readonly outcome: Outcome;
}

/** The trades of one symbol that are being followed. Every method answers with the trades it ended. */
export interface TradeBook<T extends Trade> {
  readonly size: number;
  readonly trades: Iterable<T>;
  /** Begins to follow; prices before `heardFrom` (Unix ms) are yet to come as minutes. @default heard from its start */
  add(trade: T, heardFrom?: number): void;
  /** A trade as it stands, for another book to follow on; null where it is not followed. */
  copy(id: string): Followed<T> | null;
  /** Follows on what another book followed. */
  takeOver(followed: Followed<T>): void;
  /** Ends a trade by hand, at a price, or at the last one known of it where `price` is null. */
  end(id: string, status: 'reversed', price: number | null, at: number): Ended<T> | null;
  tick(tick: Tick): readonly Ended<T>[];
  /** Prices of `[from, to)` were not, or not surely, heard; `to` is Infinity while the feed is still away. */
  interruption(from: number, to: number): void;
  /** The 1min bars of `[from, to)`. */
  minutes(from: number, to: number, bars: readonly Bar[]): readonly Ended<T>[];
  /** Bars of `length` ms of an outside source, for the trades `which` picks. */
  bars(bars: readonly Bar[], length: number, which: (trade: T) => boolean): readonly Ended<T>[];
  /** The time, for trades that wait in vain: for minutes, or for any price after their end. */
  time(now: number): readonly Ended<T>[];
}

export interface TradeBookOptions<T extends Trade> {
  /** How long unheard minutes are waited for, ms. @default 10 minutes */
  readonly patienceMs?: number;
  /** Does the live feed speak of this trade? `price` is the tick's, or null for minutes and gaps. @default it does */
  readonly followsFeed?: (trade: T, price: number | null) => boolean;
  /** Closed candles, oldest first, that may stand in for minutes that never came. @default none */
  readonly candlesFor?: (trade: T) => readonly Candle[];
}

/** A trade as a book holds it, with what of its prices was not heard. */
export interface Followed<T extends Trade> {
  readonly trade: T;
  unheard: Unheard | null;
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
  /** Judges a gap as far as it is known, or, when nobody waits any longer, as it stands. */
  const judgeGap = (entry: Followed<T>, atLast: boolean): Outcome | null => {
    const { trade, unheard } = entry;
    if (unheard === null) return null;
    if (atLast) giveUpWaiting(unheard, unheard.missing.length === 0 ? none : candlesFor(trade));
    if (unheard.missing.length === 0) entry.unheard = null;
    return judgeUnheard(trade, unheard);
  };

  return {
    get size() {
      return book.size;
    },
    get trades() {
      return [...book.values()].map(({ trade }) => trade);
    },
    add(trade, heardFrom = trade.from) {
      book.set(trade.id, {
        trade,
        unheard: unheardFrom(trade, null, trade.from, heardFrom, patienceMs),
      });
    },
    copy(id) {
      const entry = book.get(id);
      if (entry === undefined) return null;
      const { trade, unheard } = entry;
      return {
        trade: { ...trade },
        unheard: unheard && { ...unheard, before: { ...unheard.before }, bars: [...unheard.bars] },
      };
    },
    takeOver(followed) {
      book.set(followed.trade.id, followed);
    },
    end(id, status, price, at) {
      const entry = book.get(id);
      if (entry === undefined) return null;
      book.delete(id);
      // A level reached in a gap came before the reversal.
      const outcome = judgeGap(entry, true) ?? ended(entry.trade, status, price ?? entry.trade.last, at);
      return { trade: entry.trade, outcome };
    },
    tick(tick) {
      return collect((entry) => {
        const { trade, unheard } = entry;
        if (!followsFeed(trade, tick.price)) return null;
        if (unheard === null) return followTick(trade, tick);
        unheard.held ??= followTick(trade, tick);
        const isOver = unheard.missing.length === 0 || tick.eventTime >= unheard.giveUpAt;
        return isOver ? judgeGap(entry, true) : null;
      });
    },
    interruption(from, to) {
      for (const entry of book.values())
        if (followsFeed(entry.trade, null))
          entry.unheard = unheardFrom(entry.trade, entry.unheard, from, to, patienceMs);
    },
    minutes(from, to, bars) {
      return collect((entry) => {
        if (entry.unheard === null) return null;
        fillUnheard(entry.unheard, from, to, bars);
        return judgeGap(entry, false);
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
    time(now) {
      return collect((entry) => {
        const { trade, unheard } = entry;
        if (unheard !== null && now >= unheard.giveUpAt) return judgeGap(entry, true);
        return unheard === null && now >= trade.expiresAt + patienceMs
          ? ended(trade, 'expired', trade.last, trade.expiresAt)
          : null;
      });
    },
  };
}
