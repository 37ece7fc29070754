import type { Candle } from '../../schema/candle.ts';
import { wireCandle } from '../../schema/wire-candle.ts';
import { csv } from './csv.ts';

/**
 * Candles as CSV, of `/candles` and of `npm run replay` alike: open in Unix seconds and in ISO, prices in quote currency, volume with what
 * it counts. docs/signals.md describes the columns.
 */
export function candlesCsv(candles: readonly Candle[]): string {
  return csv(
    ['time', 'datetime', 'open', 'high', 'low', 'close', 'volume', 'complete', 'volume_kind'],
    candles.map((candle) => {
      const { time, open, high, low, close, volume, complete, volume_kind } = wireCandle(candle);
      const datetime = new Date(candle.openTime).toISOString();
      return [time, datetime, open, high, low, close, volume, complete, volume_kind];
    }),
  );
}
