import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import type { CandleColumns } from '../../models/candle-columns.ts';

const names = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;

/** The window as bytes: its six columns one after the other, float64, little endian. */
export function windowBytes(columns: CandleColumns): Buffer {
  const length = columns.time.length;
  const packed = new Float64Array(names.length * length);
  for (const [i, name] of names.entries()) packed.set(columns[name], i * length);
  const bytes = Buffer.from(packed.buffer);
  return endianness() === 'LE' ? bytes : bytes.swap64();
}

/** The columns of `windowBytes`. Throws RangeError when the length does not fit. */
export function columnsOfBytes(bytes: Buffer, volumeKind: CandleColumns['volumeKind']): CandleColumns {
  const length = bytes.length / 8 / names.length;
  if (!Number.isInteger(length)) throw new RangeError(`${bytes.length} bytes are no window of six columns`);
  const column = (i: number): Float64Array =>
    Float64Array.from({ length }, (_, j) => bytes.readDoubleLE((i * length + j) * 8));
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

/** SHA-256 of the window's bytes, hex: two analyses with the same hash saw the same numbers to the last bit. */
export function windowHash(columns: CandleColumns): string {
  return createHash('sha256').update(windowBytes(columns)).digest('hex');
}
