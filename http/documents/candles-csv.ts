import type { Candle } from '../../schema/candle.ts';
import { wireCandle } from '../../schema/wire-candle.ts';
import { csv } from './csv.ts';

/**
 * Candles as CSV, of `/candles` and of `npm run replay` alike: open in Unix seconds and in ISO, prices in quote currency, volume with what
 * it counts. Those that closed at or before `simulatedUntil` (Unix ms) are marked as the demo's simulated history. docs/signals.md
 * describes the columns.
 */
export function candlesCsv(candles: readonly Candle[], simulatedUntil = -Infinity): string {
  return csv(
    [
      'time',
      'datetime',
      'open',
      'high',
      'low',
      'close',
      'volume',
      'complete',
      'volume_kind',
      'simulated_history',
    ],
    candles.map((candle) => {
      const { time, open, high, low, close, volume, complete, volume_kind } = wireCandle(candle);
      const datetime = new Date(candle.openTime).toISOString();
      const isSimulated = Number(candle.closeTime <= simulatedUntil);
      return [time, datetime, open, high, low, close, volume, complete, volume_kind, isSimulated];
    }),
  );
}
