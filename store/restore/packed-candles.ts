import { type Candle, CandleSource, VolumeKind } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { snakeCase } from '../snake-case.ts';

/** The place of a text among those it can be; the first number that is none for another. */
const placeOf = (column: string, texts: readonly string[]) =>
  `case ${column} ${texts.map((text, i) => `when '${text}' then ${i}`).join(' ')} else ${texts.length} end`;

/** A float8 each, in this order: times in ms and counts are whole and below 2^53. */
const columns = [
  'openTime',
  'closeTime',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'ticks',
  'lateTicks',
  'longestSilenceMs',
  'revision',
] as const;
const width = columns.length + 3;

/**
 * An aggregate over rows of `candle`: all of them in one value, oldest first. A row as text costs the client 14 parsed texts and the server
 * as many printed numbers: a restore of a thousand histories takes four times as long.
 */
export const packedCandles = `coalesce(string_agg(${[
  ...columns.map(snakeCase),
  placeOf('volume_kind', VolumeKind.options),
  placeOf('source', CandleSource.options),
  'complete::int',
]
  .map((value) => `float8send(${value})`)
  .join(' || ')}, ''::bytea order by open_time), ''::bytea)`;

/** The candles of such a value, which it takes over. Throws RangeError where a kind is not one of this version's. */
export function unpackCandles(symbol: string, timeframe: Timeframe, bytes: Buffer): Candle[] {
  const kindOf = <T>(texts: readonly T[], place: number): T => {
    const text = texts[place];
    if (text === undefined)
      throw new RangeError(`a stored ${timeframe} candle of ${symbol} is of an unknown kind`);
    return text;
  };
  const values = float64s(bytes);
  return Array.from({ length: values.length / width }, (_, row) => {
    const at = row * width;
    return {
      symbol,
      timeframe,
      openTime: values[at]!,
      closeTime: values[at + 1]!,
      open: values[at + 2]!,
      high: values[at + 3]!,
      low: values[at + 4]!,
      close: values[at + 5]!,
      volume: values[at + 6]!,
      volumeKind: kindOf(VolumeKind.options, values[at + 11]!),
      ticks: values[at + 7]!,
      complete: values[at + 13] === 1,
      source: kindOf(CandleSource.options, values[at + 12]!),
      lateTicks: values[at + 8]!,
      longestSilenceMs: values[at + 9]!,
      revision: values[at + 10]!,
    };
  });
}

/** The numbers that PostgreSQL sends with their most significant byte first. */
function float64s(bytes: Buffer): Float64Array {
  // A small buffer begins anywhere in one that many share.
  const own = bytes.byteOffset % 8 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  own.swap64();
  return new Float64Array(own.buffer, own.byteOffset, own.length / 8);
}
