import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Span } from './spans.ts';

export const minuteMs = 60_000;

const names = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** The columns of candles in the order in which files have them. */
export const columnsOf = (candles: CandleColumns): Float64Array[] => names.map((name) => candles[name]);

/** Candles of columns in that order. */
export function candlesOf(
  columns: readonly Float64Array[],
  volumeKind: CandleColumns['volumeKind'],
): CandleColumns {
  const [time, open, high, low, close, volume] = columns;
  return { time: time!, open: open!, high: high!, low: low!, close: close!, volume: volume!, volumeKind };
}

export const noCandles = (): CandleColumns =>
  candlesOf(
    names.map(() => new Float64Array(0)),
    'none',
  );

/** The candles that open in a span, as views of the same memory. */
export function candlesIn(candles: CandleColumns, [from, to]: Span): CandleColumns {
  const [first, end] = [firstAt(candles.time, from), firstAt(candles.time, to)];
  return candlesOf(
    columnsOf(candles).map((column) => column.subarray(first, end)),
    candles.volumeKind,
  );
}

/** Index of the first of sorted times that is not before `from`. */
function firstAt(time: Float64Array, from: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (time[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
