import type { Bar } from '../../schema/candle.ts';
import type { Listing } from '../listing.ts';

/** One price of the simulated market; time in Unix ms, although the protocol has whole seconds. */
export interface MarketTick {
  readonly time: number;
  readonly price: number;
  readonly bid?: number;
  readonly ask?: number;
  /** Cumulative over the day; equities only. */
  readonly dayVolume?: number;
}

/**
 * One history in three views: ticks, minutes and listings. A minute is always the fold of its ticks. Results depend only
 * on the arguments, so the past is the same whenever, and however often, it is requested.
 */
export interface Market {
  readonly listings: ReadonlyMap<string, Listing>;
  /** Ticks of `[from, to)` Unix ms, in order of time. */
  readonly ticks: (symbol: string, from: number, to: number) => readonly MarketTick[];
  /** Those of them at which the minutes that open in `[from, to)` begin, turn and end: enough to follow a level by. */
  readonly turns: (symbol: string, from: number, to: number) => readonly MarketTick[];
  /** Whole minutes that open in `[from, to)`, oldest first; minutes without a tick are absent. */
  readonly minutes: (symbol: string, from: number, to: number) => readonly Bar[];
  /** May the symbol trade at that time? */
  readonly isOpen: (symbol: string, time: number) => boolean;
  /** Earliest time with data, Unix ms. */
  readonly firstTime: number;
}

/** The bar of a window's ticks, or undefined where there are none. */
export function foldTicks(openTime: number, ticks: readonly MarketTick[]): Bar | undefined {
  const [first] = ticks;
  const last = ticks.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let high = first.price;
  let low = first.price;
  for (const { price } of ticks) {
    if (price > high) high = price;
    if (price < low) low = price;
  }
  return { openTime, open: first.price, high, low, close: last.price };
}
