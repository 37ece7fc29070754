import type { CandleColumns } from '../models/candle-columns.ts';
import type { SpacedCandles } from './candles/spaced-candles.ts';
import { toColumns } from './candles/to-columns.ts';

/** Folds candles into longer windows of the UTC grid. A window that the first or last candle cuts off is left out. */
export function aggregateCandles(candles: SpacedCandles, windowMs: number): CandleColumns {
  const { time, open, high, low, close, volume, volumeKind, spacingMs } = candles;
  if (!(windowMs > 0)) throw new RangeError(`a window of ${windowMs} ms is none`);
  const rows: number[][] = [];
  for (let t = 0; t < time.length; t++) {
    const start = Math.floor(time[t]! / windowMs) * windowMs;
    const row = rows.at(-1);
    if (row?.[0] !== start) {
      rows.push([start, open[t]!, high[t]!, low[t]!, close[t]!, volume[t]!]);
      continue;
    }
    row[2] = Math.max(row[2]!, high[t]!);
    row[3] = Math.min(row[3]!, low[t]!);
    row[4] = close[t]!;
    row[5]! += volume[t]!;
  }
  if (rows.length > 0 && rows[0]![0]! < time[0]!) rows.shift();
  if (rows.length > 0 && rows.at(-1)![0]! + windowMs > time.at(-1)! + spacingMs) rows.pop();
  return { ...toColumns(rows), volumeKind };
}
