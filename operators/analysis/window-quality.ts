import type { Candle } from '../../schema/candle.ts';

/** What the data-quality gate asks of a window. Counts are of bars; shares 0..1. */
export interface WindowQuality {
  readonly bars: number;
  /** Bars that the feed missed in part, in the window and among its last ten. */
  readonly incomplete: number;
  readonly recentIncomplete: number;
  /** Share of the window's market hours without a complete bar. */
  readonly missingShare: number;
  /** Bars missing, in market hours, between the last ten: a whole number. */
  readonly recentMissing: number;
  /** Bars up to the last that repeat one price: high, low and close equal to the close before. */
  readonly frozen: number;
  /** Share of bars without a range. */
  readonly flatShare: number;
}

const recent = 10;

/**
 * Looks over the closed candles of one window, oldest first. `openMillis(from, to)` gives the market's open time between two
 * instants, ms, and `tradedMillis` the same less the windows that are known to be empty: neither what happened while the
 * market was closed nor a window in which nobody traded is missing.
 */
export function windowQuality(
  candles: readonly Candle[],
  openMillis: (from: number, to: number) => number,
  tradedMillis: (from: number, to: number) => number = openMillis,
): WindowQuality {
  const first = candles[0];
  const last = candles.at(-1);
  if (first === undefined || last === undefined) return empty;
  let incomplete = 0;
  let recentIncomplete = 0;
  let missedMillis = 0;
  let length = 0;
  let flat = 0;
  let frozen = 0;
  let present = 0;
  for (const [i, candle] of candles.entries()) {
    const isRecent = i >= candles.length - recent;
    const before = candles[i - 1];
    if (candle.complete) present += openMillis(candle.openTime, candle.closeTime);
    else {
      incomplete++;
      if (isRecent) recentIncomplete++;
    }
    if (isRecent && before !== undefined && before.closeTime < candle.openTime) {
      missedMillis += tradedMillis(before.closeTime, candle.openTime);
    }
    // The last of a session may be shorter than its timeframe, and none is longer.
    if (isRecent) length = Math.max(length, candle.closeTime - candle.openTime);
    if (candle.high === candle.low) flat++;
    frozen = candle.high === candle.low && candle.close === before?.close ? frozen + 1 : 0;
  }
  const total = tradedMillis(first.openTime, last.closeTime);
  return {
    bars: candles.length,
    incomplete,
    recentIncomplete,
    missingShare: total > 0 ? Math.max(0, 1 - present / total) : 0,
    recentMissing: Math.round(missedMillis / length),
    frozen,
    flatShare: flat / candles.length,
  };
}

const empty: WindowQuality = {
  bars: 0,
  incomplete: 0,
  recentIncomplete: 0,
  missingShare: 1,
  recentMissing: 0,
  frozen: 0,
  flatShare: 0,
};
