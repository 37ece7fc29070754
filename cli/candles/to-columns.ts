import type { CandleColumns } from '../../models/candle-columns.ts';

/** Rows of open time, open, high, low, close, volume as columns. */
export function toColumns(rows: readonly number[][]): Omit<CandleColumns, 'volumeKind'> {
  const column = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index] ?? 0);
  return {
    time: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}
