import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { VolumeKind } from '../../../schema/candle.ts';
import { candlesOf, columnsOf } from '../minutes.ts';

const Time = z.number().int();
/** What a file says of its candles, beside them. */
const About = z.strictObject({
  symbol: z.string(),
  /** As `2024-03`, in UTC. */
  month: z.string(),
  volumeKind: VolumeKind,
  /** What has been asked for or given: a minute in it without a candle is known to have none. Unix ms, `[from, to)`. */
  spans: z.array(z.tuple([Time, Time])),
  /** Who gave candles, the first one first: a host, a file's name, or `simulator`. */
  sources: z.array(z.string()),
  isSimulated: z.boolean(),
});
type About = z.infer<typeof About>;

/** The minutes of a symbol in a month, as its file holds them. */
export interface MonthFile extends Omit<About, 'volumeKind'> {
  readonly candles: CandleColumns;
}

const MAGIC = 'ANSOMIN1';
const HEAD = 24;
const SUMMED_FROM = 12;
const COLUMNS = 6;

/**
 * The bytes of a month's file, in pieces. All numbers are little endian:
 *
 *     0   8 bytes   `ANSOMIN1`
 *     8   uint32    CRC-32 (as zlib's) of everything from byte 12 on
 *     12  uint32    d: bytes of the description
 *     16  uint32    n: candles
 *     20  uint32    0
 *     24  d bytes   description, JSON in UTF-8, filled with spaces to a multiple of eight
 *     …   n float64 each: open time (Unix ms), open, high, low, close, volume
 */
export function encodeMonth({ candles, ...about }: MonthFile): Uint8Array[] {
  const text = JSON.stringify({ ...about, volumeKind: candles.volumeKind } satisfies About);
  const length = Math.ceil(Buffer.byteLength(text) / 8) * 8;
  const head = Buffer.alloc(HEAD + length, ' ');
  head.write(MAGIC, 0, 'latin1');
  head.writeUInt32LE(length, 12);
  head.writeUInt32LE(candles.time.length, 16);
  head.writeUInt32LE(0, 20);
  head.write(text, HEAD, 'utf8');
  const columns = columnsOf(candles).map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const sum = [head.subarray(SUMMED_FROM), ...columns].reduce((crc, piece) => crc32(piece, crc), 0);
  head.writeUInt32LE(sum, 8);
  return [head, ...columns];
}

/** What such bytes hold, its columns as views of them; undefined where they are not whole, or changed. */
export function decodeMonth(bytes: Buffer): MonthFile | undefined {
  if (bytes.length < HEAD || bytes.toString('latin1', 0, 8) !== MAGIC) return undefined;
  const [length, rows] = [bytes.readUInt32LE(12), bytes.readUInt32LE(16)];
  const first = HEAD + length;
  if (length % 8 !== 0 || bytes.length !== first + COLUMNS * 8 * rows) return undefined;
  if (crc32(bytes.subarray(SUMMED_FROM)) !== bytes.readUInt32LE(8)) return undefined;
  const said = About.safeParse(JSON.parse(bytes.toString('utf8', HEAD, first)));
  if (!said.success) return undefined;
  const { volumeKind, ...about } = said.data;
  const whole = bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  const columns = Array.from(
    { length: COLUMNS },
    (_, i) => new Float64Array(whole.buffer, whole.byteOffset + first + 8 * rows * i, rows),
  );
  return { ...about, candles: candlesOf(columns, volumeKind) };
}
