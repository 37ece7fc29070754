/** `traded`: real volume. `ticks`: number of price changes. `mixed`: both in one series, not comparable. `none`: unknown. */
export type VolumeKind = 'traded' | 'ticks' | 'mixed' | 'none';

/** Closed candles of one symbol and timeframe, oldest first, one array a field, all of one length. */
export interface CandleColumns {
  /** Open of the window, Unix ms. */
  time: Float64Array;
  /** Prices in quote currency, > 0. */
  open: Float64Array;
  high: Float64Array;
  low: Float64Array;
  close: Float64Array;
  /** In the unit of `volumeKind`; 0 where unknown. */
  volume: Float64Array;
  volumeKind: VolumeKind;
}

const columnNames = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** A copy of a window in one array, its six columns one after the other. */
export function packColumns(columns: CandleColumns): Float64Array<ArrayBuffer> {
  const length = columns.time.length;
  const packed = new Float64Array(columnNames.length * length);
  for (const [i, name] of columnNames.entries()) packed.set(columns[name], i * length);
  return packed;
}

/** The columns of `packColumns`, as views of the same memory. */
export function unpackColumns(packed: Float64Array, volumeKind: VolumeKind): CandleColumns {
  const length = packed.length / columnNames.length;
  const column = (i: number): Float64Array => packed.subarray(i * length, (i + 1) * length);
  return {
    time: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
    volumeKind,
  };
}

/** The last n candles, as views of the same memory. */
export function lastCandles(candles: CandleColumns, n: number): CandleColumns {
  return viewCandles(candles, Math.max(0, candles.close.length - n), candles.close.length);
}

/** Views of the candles in `[from, to)`. */
export const viewCandles = (candles: CandleColumns, from: number, to: number): CandleColumns =>
  cutCandles(candles, (column) => column.subarray(from, to));

/** Copies of the candles in `[from, to)`: views would take the whole of their memory along. */
export const copyCandles = (candles: CandleColumns, from: number, to: number): CandleColumns =>
  cutCandles(candles, (column) => column.slice(from, to));

function cutCandles(
  { time, open, high, low, close, volume, volumeKind }: CandleColumns,
  cut: (column: Float64Array) => Float64Array,
): CandleColumns {
  return {
    time: cut(time),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    volume: cut(volume),
    volumeKind,
  };
}

/** Prices finite and above zero, the body inside the range. */
export function areValid({ open, high, low, close }: CandleColumns): boolean {
  for (let t = 0; t < close.length; t++) {
    const top = Math.max(open[t]!, close[t]!);
    const bottom = Math.min(open[t]!, close[t]!);
    if (!(low[t]! > 0 && low[t]! <= bottom && high[t]! >= top && high[t]! < Infinity)) return false;
  }
  return true;
}
