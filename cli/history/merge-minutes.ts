import type { CandleColumns, VolumeKind } from '../../models/candle-columns.ts';
import { candlesOf, columnsOf } from './minutes.ts';

export interface Merged {
  readonly candles: CandleColumns;
  /** Minutes that were not there. */
  readonly added: number;
  /** Minutes that were there with another price or volume. */
  readonly changed: number;
}

/** Candles of both, oldest first; where both have a minute, the given one. */
export function mergeMinutes(old: CandleColumns, given: CandleColumns): Merged {
  const [olds, givens] = [columnsOf(old), columnsOf(given)];
  const most = old.time.length + given.time.length;
  const columns = olds.map(() => new Float64Array(most));
  let [added, changed, kept, i, j, rows] = [0, 0, 0, 0, 0, 0];
  while (i < old.time.length || j < given.time.length) {
    const [a, b] = [old.time[i] ?? Infinity, given.time[j] ?? Infinity];
    const [from, at] = b <= a ? [givens, j] : [olds, i];
    if (b < a) added++;
    else if (a < b) kept++;
    else if (olds.some((column, c) => column[i] !== givens[c]![j])) changed++;
    for (const [c, column] of columns.entries()) column[rows] = from[c]![at]!;
    rows++;
    if (a <= b) i++;
    if (b <= a) j++;
  }
  const kinds = [...(kept > 0 ? [old.volumeKind] : []), ...(given.time.length > 0 ? [given.volumeKind] : [])];
  const candles = candlesOf(
    columns.map((column) => column.subarray(0, rows)),
    oneKind(kinds),
  );
  return { candles, added, changed };
}

/** The kind of volume of candles that were of these kinds before they were put together. */
export function oneKind(kinds: readonly VolumeKind[]): VolumeKind {
  const [first = 'none', ...others] = new Set(kinds);
  return others.length === 0 ? first : 'mixed';
}
