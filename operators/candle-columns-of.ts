import type { CandleColumns } from '../models/candle-columns.ts';
import type { Bar, VolumeKind } from '../schema/candle.ts';

/**
 * The columns of bars, oldest first; `time` is the open, Unix ms. The window's volume kind is that of its bars if they
 * agree, else `mixed`; a bar without a volume has none.
 */
export function candleColumnsOf(
  bars: readonly (Bar & { readonly volumeKind?: VolumeKind })[],
): CandleColumns {
  const kinds = new Set(bars.map((bar) => bar.volumeKind ?? (bar.volume === undefined ? 'none' : 'traded')));
  const [volumeKind = 'none'] = kinds;
  return {
    time: Float64Array.from(bars, (bar) => bar.openTime),
    open: Float64Array.from(bars, (bar) => bar.open),
    high: Float64Array.from(bars, (bar) => bar.high),
    low: Float64Array.from(bars, (bar) => bar.low),
    close: Float64Array.from(bars, (bar) => bar.close),
    volume: Float64Array.from(bars, (bar) => bar.volume ?? 0),
    volumeKind: kinds.size > 1 ? 'mixed' : volumeKind,
  };
}

/** The bars of columns, without their volume. */
export function barsOfColumns({ time, open, high, low, close }: CandleColumns): Bar[] {
  return Array.from(time, (openTime, i) => ({
    openTime,
    open: open[i]!,
    high: high[i]!,
    low: low[i]!,
    close: close[i]!,
  }));
}
