import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { CandleColumns } from '../models/candle-columns.ts';
import { CommandError } from './command.ts';

/**
 * Reads candles from a CSV file, plain or gzipped: a header line, then open time in Unix ms, open, high, low, close and, if there is one,
 * traded volume. Throws an Error naming the first line that is not a candle or goes back in time.
 */
export function readCandles(file: string): CandleColumns {
  const bytes = readFileSync(file);
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  const rows = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  for (const [i, row] of rows.entries()) {
    if (row.length < 5 || !row.every(Number.isFinite))
      throw new CommandError(`line ${i + 2} of ${file} is no candle`);
    if (i > 0 && row[0]! <= rows[i - 1]![0]!)
      throw new CommandError(`line ${i + 2} of ${file} goes back in time`);
  }
  return { ...toColumns(rows), volumeKind: rows[0]?.length === 5 ? 'none' : 'traded' };
}

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
