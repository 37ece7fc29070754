import type { CandleColumns } from '../candle-columns.ts';
import { median } from '../statistics.ts';

export interface Breakout {
  direction: 'up' | 'down' | 'none';
  /** The last bar's log range over the median of the bars before it; null where that is zero. */
  rangeExpansion: number | null;
}

const BARS = 20;
const EXPANSION = 1.5;
const SURGE = 1.5;

/**
 * The last bar closed beyond the highs or lows of the 20 before it, on a range of at least 1.5 times their median. Where volume is
 * traded volume, 1.5 times the usual must stand behind it; tick counts and missing volume are not asked.
 *
 * volumeSurge: of the last bar, null if unknown.
 */
export function breakout(
  { high, low, close, volumeKind }: CandleColumns,
  volumeSurge: number | null,
): Breakout {
  const last = close.length - 1;
  const from = Math.max(0, last - BARS);
  const top = Math.max(...high.subarray(from, last));
  const bottom = Math.min(...low.subarray(from, last));
  const ranges = high.subarray(from, last + 1).map((value, i) => Math.log(value / low[from + i]!));
  const usual = median(ranges.subarray(0, last - from));
  const rangeExpansion = usual > 0 ? ranges[last - from]! / usual : null;
  const voiced = volumeKind !== 'traded' || volumeSurge === null || volumeSurge >= SURGE;
  const wide = rangeExpansion !== null && rangeExpansion >= EXPANSION && voiced;
  const direction = wide && close[last]! > top ? 'up' : wide && close[last]! < bottom ? 'down' : 'none';
  return { direction, rangeExpansion };
}
