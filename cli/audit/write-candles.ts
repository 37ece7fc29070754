import type { CandleColumns } from '../../models/candle-columns.ts';

/** Candles as the text that `readCandles` reads, every number to its last bit. */
export function writeCandles(candles: CandleColumns): string {
  const { time, open, high, low, close, volume, volumeKind } = candles;
  const columns = [time, open, high, low, close, ...(volumeKind === 'none' ? [] : [volume])];
  const header = ['time', 'open', 'high', 'low', 'close', 'volume'].slice(0, columns.length).join(',');
  const lines = Array.from(time, (_, i) => columns.map((column) => column[i]!).join(','));
  return `${[header, ...lines].join('\n')}\n`;
}
