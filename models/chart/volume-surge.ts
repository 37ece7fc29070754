import type { CandleColumns } from '../candle-columns.ts';
import { median } from '../statistics.ts';

/**
 * The last bar's volume over the median of the `bars` before it: 1 is usual, 2 a surge. Null where that means nothing: volume missing,
 * of mixed kinds, or a median of zero. Tick counts are compared among themselves.
 */
export function volumeSurge({ volume, volumeKind }: CandleColumns, bars = 50): number | null {
  if (volumeKind === 'none' || volumeKind === 'mixed') return null;
  const last = volume.length - 1;
  const usual = median(volume.subarray(Math.max(0, last - bars), last));
  const surge = volume[last]! / usual;
  return usual > 0 && Number.isFinite(surge) ? surge : null;
}
