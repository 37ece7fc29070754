import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { type CandleColumns, packColumns, unpackColumns } from '../../models/candle-columns.ts';
import type { AnalysedWindow } from '../../schema/signal-event.ts';
import type { Frames } from './analysed-close.ts';

/** The window as bytes: its six columns one after the other, float64, little endian. */
export function windowBytes(columns: CandleColumns): Buffer {
  const bytes = Buffer.from(packColumns(columns).buffer);
  return endianness() === 'LE' ? bytes : bytes.swap64();
}

/** The columns of `windowBytes`. Throws RangeError when the length does not fit. */
export function columnsOfBytes(bytes: Buffer, volumeKind: CandleColumns['volumeKind']): CandleColumns {
  if (bytes.length % 48 !== 0) throw new RangeError(`${bytes.length} bytes are no window of six columns`);
  const packed = Float64Array.from({ length: bytes.length / 8 }, (_, i) => bytes.readDoubleLE(i * 8));
  return unpackColumns(packed, volumeKind);
}

/** The candles of a signal in the form that is stored with it: 16 kB of text, made when it is asked for. */
export function analysedWindow(columns: CandleColumns, frames: Frames = {}): AnalysedWindow {
  const kept = Object.entries(frames).map(([timeframe, frame]) => [timeframe, textOf(frame)]);
  let window: string | undefined;
  return {
    get window() {
      return (window ??= textOf(columns));
    },
    ...(kept.length > 0 && { frames: Object.fromEntries(kept) as Record<string, string> }),
  };
}

const textOf = (columns: CandleColumns): string => windowBytes(columns).toString('base64');

/** SHA-256 of the window's bytes, hex: two analyses with the same hash saw the same numbers to the last bit. */
export function windowHash(columns: CandleColumns): string {
  return createHash('sha256').update(windowBytes(columns)).digest('hex');
}
