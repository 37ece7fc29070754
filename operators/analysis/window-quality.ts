import type { Candle } from '../../schema/candle.ts';

/** What the data-quality gate asks of a window. Counts are of bars; shares 0..1. */
export interface WindowQuality {
  readonly bars: number;
  /** Bars partly unheard, in the window and among its last ten. */
  readonly incomplete: number;
  readonly recentIncomplete: number;
  /** Share of the window's market hours without a complete bar. */
  readonly missingShare: number;
  /** Bars missing, in market hours, between the last ten. */
  readonly recentMissing: number;
  /** Bars up to the last that repeat one price: high, low and close equal to the close before. */
  readonly frozen: number;
  /** Share of bars without a range. */
  readonly flatShare: number;
}

const recent = 10;

/**
 * Looks over the closed candles of one window, oldest first. `openMillis(from, to)` gives the market's open time between
 * two instants, ms; what happened while the market was closed is neither missing nor frozen.
 */
export function windowQuality(
  candles: readonly Candle[],
  openMillis: (from: number, to: number) => number,
): WindowQuality {
  const first = candles[0];
  const last = candles.at(-1);
  if (first === undefined || last === undefined) return empty;
  let incomplete = 0;
  let recentIncomplete = 0;
  let recentMissing = 0;
  let flat = 0;
  let frozen = 0;
  let present = 0;
  for (const [i, candle] of candles.entries()) {
    const isRecent = i >= candles.length - recent;
    const length = openMillis(candle.openTime, candle.closeTime);
    const before = candles[i - 1];
    if (candle.complete) present += length;
    else {
      incomplete++;
      if (isRecent) recentIncomplete++;
    }
    if (isRecent && before !== undefined && before.closeTime < candle.openTime) {
      const nominal = candle.closeTime - candle.openTime;
      recentMissing += openMillis(before.closeTime, candle.openTime) / Math.max(1, Math.min(length, nominal));
    }
    if (candle.high === candle.low) flat++;
    frozen = candle.high === candle.low && candle.close === before?.close ? frozen + 1 : 0;
  }
  const total = openMillis(first.openTime, last.closeTime);
  return {
    bars: candles.length,
    incomplete,
    recentIncomplete,
    missingShare: total > 0 ? Math.max(0, 1 - present / total) : 0,
    recentMissing,
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
