import type { AnalyzeBody } from '../../schema/analyze.ts';
import type { Bar } from '../../schema/candle.ts';

/** A body of candles as it crosses from a thread: thousands of objects would take milliseconds to copy. */
export interface PackedWindow {
  readonly symbol: AnalyzeBody['symbol'];
  readonly timeframe: AnalyzeBody['timeframe'];
  /** Six numbers a candle, oldest first: open time (Unix ms), open, high, low, close, volume (NaN: none). */
  readonly packed: Float64Array<ArrayBuffer>;
}

const width = 6;

export function packWindow({ symbol, timeframe, candles }: AnalyzeBody): PackedWindow {
  const packed = new Float64Array(candles.length * width);
  for (const [i, { openTime, open, high, low, close, volume = Number.NaN }] of candles.entries())
    packed.set([openTime, open, high, low, close, volume], i * width);
  return { symbol, timeframe, packed };
}

export function unpackWindow({ symbol, timeframe, packed }: PackedWindow): AnalyzeBody {
  const candles = Array.from({ length: packed.length / width }, (_, i): Bar => {
    const at = i * width;
    const bar = {
      openTime: packed[at]!,
      open: packed[at + 1]!,
      high: packed[at + 2]!,
      low: packed[at + 3]!,
      close: packed[at + 4]!,
    };
    const volume = packed[at + 5]!;
    return Number.isNaN(volume) ? bar : { ...bar, volume };
  });
  return { symbol, timeframe, candles };
}
