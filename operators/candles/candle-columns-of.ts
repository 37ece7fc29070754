import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Bar, VolumeKind } from '../../schema/candle.ts';

/**
 * The columns of bars, oldest first; `time` is the open, Unix ms. The window's volume kind is that of its bars if they
 * agree, else `mixed`; a bar without a volume has none.
 */
export function candleColumnsOf(
  bars: readonly (Bar & { readonly volumeKind?: VolumeKind })[],
): CandleColumns {
  const [time, open, high, low, close, volume] = Array.from(
    { length: 6 },
    () => new Float64Array(bars.length),
  );
  const kinds = new Set<VolumeKind>();
  // A plain loop: Float64Array.from with a function is many times slower, and this runs on every close.
  for (let i = 0; i < bars.length; i++) {
    const bar = bars[i]!;
    time![i] = bar.openTime;
    open![i] = bar.open;
    high![i] = bar.high;
    low![i] = bar.low;
    close![i] = bar.close;
    volume![i] = bar.volume ?? 0;
    kinds.add(bar.volumeKind ?? (bar.volume === undefined ? 'none' : 'traded'));
  }
  const [volumeKind = 'none'] = kinds;
  return {
    time: time!,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: volume!,
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
