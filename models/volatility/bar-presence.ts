/** A longer gap, in bars, is a closed market and no silence. */
const LONGEST_SILENCE = 12;
/** Of longer bars a missing one is a night or a weekend, ms. */
const LONGEST_BAR = 1_800_000;

/**
 * Share of the windows in which there was a bar: a market without a trade in a window makes no candle, so a horizon of so many windows
 * holds fewer bars. time: opens, Unix ms, ascending, at least two.
 */
export function barPresence(time: Float64Array): number {
  const bars = time.length - 1;
  let barMs = Infinity;
  for (let t = 1; t <= bars; t++) barMs = Math.min(barMs, time[t]! - time[t - 1]!);
  if (!(barMs > 0 && barMs <= LONGEST_BAR)) return 1;
  let windows = 0;
  for (let t = 1; t <= bars; t++) {
    const gap = (time[t]! - time[t - 1]!) / barMs;
    windows += gap > LONGEST_SILENCE ? 1 : gap;
  }
  return bars / windows;
}
