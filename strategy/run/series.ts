import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { CandleSeries } from '../contract.ts';

/** Hears of each column that is copied. */
export type OnCopy = (copy: Float64Array, original: Float64Array) => void;

/** The last `bars` candles as a strategy gets them: copies with memory of their own, so that no view leads to what lies beside them. */
export function series(
  { time, open, high, low, close, volume, volumeKind }: CandleColumns,
  bars: number,
  { timeframe, closeTime }: { readonly timeframe: Timeframe; readonly closeTime: number },
  onCopy: OnCopy = () => {},
): CandleSeries {
  const from = Math.max(0, close.length - bars);
  // Numbers may be changed, but nothing may be hung on them. A column that nobody reads is not copied.
  const late = (column: Float64Array): (() => Float64Array) => {
    let copy: Float64Array | undefined;
    return () => {
      if (copy !== undefined) return copy;
      const original = column.subarray(from);
      copy = Object.preventExtensions(new Float64Array(original));
      onCopy(copy, original);
      return copy;
    };
  };
  const [times, opens, highs, lows, closes, volumes] = [time, open, high, low, close, volume].map(late);
  return Object.freeze({
    timeframe,
    closeTime,
    get time() {
      return times!();
    },
    get open() {
      return opens!();
    },
    get high() {
      return highs!();
    },
    get low() {
      return lows!();
    },
    get close() {
      return closes!();
    },
    get volume() {
      return volumes!();
    },
    volumeKind,
  });
}
