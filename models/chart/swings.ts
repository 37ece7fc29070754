import type { CandleColumns } from '../candle-columns.ts';

export interface Swing {
  kind: 'high' | 'low';
  /** Index of the bar in the window. */
  bar: number;
  price: number;
}

/**
 * Swing highs and lows: bars whose high (low) no bar within `reach` on either side passes, and some bar on each side stays short of.
 * Known only `reach` bars later, so the last `reach` bars hold none. Oldest first.
 */
export function swings({ high, low }: CandleColumns, reach = 3): Swing[] {
  const found: Swing[] = [];
  for (let bar = reach; bar < high.length - reach; bar++) {
    if (isPeak(high, bar, reach, 1)) found.push({ kind: 'high', bar, price: high[bar]! });
    if (isPeak(low, bar, reach, -1)) found.push({ kind: 'low', bar, price: low[bar]! });
  }
  return found;
}

/** Of equal neighbours the first is the peak. */
function isPeak(values: Float64Array, bar: number, reach: number, sign: 1 | -1): boolean {
  const value = sign * values[bar]!;
  for (let i = 1; i <= reach; i++) {
    if (sign * values[bar - i]! >= value || sign * values[bar + i]! > value) return false;
  }
  return sign * values[bar + reach]! < value;
}
