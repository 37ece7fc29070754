import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { CandleSeries } from '../contract.ts';

/** The last `bars` candles as a strategy gets them: copies with memory of their own, so that no view leads to what lies beside them. */
export function series(
  { time, open, high, low, close, volume, volumeKind }: CandleColumns,
  bars: number,
  { timeframe, closeTime }: { readonly timeframe: Timeframe; readonly closeTime: number },
): CandleSeries {
  const from = Math.max(0, close.length - bars);
  // Of the plain constructor: a slice of a subclass may be something else.
  // Numbers may be changed, but nothing may be hung on them.
  const copy = (column: Float64Array): Float64Array =>
    Object.preventExtensions(new Float64Array(column.subarray(from)));
  return Object.freeze({
    timeframe,
    closeTime,
    time: copy(time),
    open: copy(open),
    high: copy(high),
    low: copy(low),
    close: copy(close),
    volume: copy(volume),
    volumeKind,
  });
}
