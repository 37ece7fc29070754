import { type Candle, CandleSource, VolumeKind } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

/** The place of a text among those it can be; the first number that is none for another. */
const placeOf = (column: string, texts: readonly string[]) =>
  `case ${column} ${texts.map((text, i) => `when '${text}' then ${i}`).join(' ')} else ${texts.length} end`;

/** A float8 each, in this order: times in ms are whole and below 2^53. */
const floats = ['open_time', 'close_time', 'open', 'high', 'low', 'close', 'volume', 'longest_silence_ms'];
/** An int4 each, behind them. */
const counts = [
  'ticks',
  'late_ticks',
  'revision',
  // Three digits to the base of sixteen.
  `((${placeOf('volume_kind', VolumeKind.options)}) * 16 + (${placeOf('source', CandleSource.options)})) * 16 + complete::int`,
];
const width = floats.length * 8 + counts.length * 4;

/**
 * An aggregate over rows of `candle`: all of them in one hexadecimal text, in the order of its input, which is the newest first. A row as text costs the
 * client 14 parsed texts and the server as many printed numbers: a restore of a thousand histories takes four times as long. Sorted in the
 * aggregate they would take the server a quarter longer.
 */
export const packedCandles = `coalesce(encode(string_agg(${[
  ...floats.map((value) => `float8send(${value})`),
  ...counts.map((value) => `int4send(${value})`),
].join(' || ')}, ''), 'hex'), '')`;

/**
 * Gives the candles of such a text, oldest first; throws RangeError where a kind is not one of this version's. One piece of memory serves
 * all texts: a piece each is thousands of allocations outside of the heap in a start, at each of which the garbage collector stops the
 * server for some milliseconds while it marks.
 */
export function candleUnpacker(): (symbol: string, timeframe: Timeframe, packed: string) => Candle[] {
  let bytes = Buffer.alloc(0);
  return (symbol, timeframe, packed) => {
    const length = packed.length / 2;
    if (bytes.length < length) bytes = Buffer.allocUnsafeSlow(length);
    bytes.write(packed, 'hex');
    return candlesOf(symbol, timeframe, new DataView(bytes.buffer, bytes.byteOffset, length));
  };
}

function candlesOf(symbol: string, timeframe: Timeframe, values: DataView): Candle[] {
  const kindOf = <T>(texts: readonly T[], place: number): T => {
    const text = texts[place];
    if (text === undefined)
      throw new RangeError(`a stored ${timeframe} candle of ${symbol} is of an unknown kind`);
    return text;
  };
  const length = values.byteLength / width;
  return Array.from({ length }, (_, row) => {
    const at = (length - 1 - row) * width;
    // Each at its place in `floats`, eight bytes apart, or behind them in `counts`, four apart.
    const kinds = values.getInt32(at + 76);
    return {
      symbol,
      timeframe,
      openTime: values.getFloat64(at),
      closeTime: values.getFloat64(at + 8),
      open: values.getFloat64(at + 16),
      high: values.getFloat64(at + 24),
      low: values.getFloat64(at + 32),
      close: values.getFloat64(at + 40),
      volume: values.getFloat64(at + 48),
      volumeKind: kindOf(VolumeKind.options, kinds >> 8),
      ticks: values.getInt32(at + 64),
      complete: (kinds & 15) === 1,
      source: kindOf(CandleSource.options, (kinds >> 4) & 15),
      lateTicks: values.getInt32(at + 68),
      longestSilenceMs: values.getFloat64(at + 56),
      revision: values.getInt32(at + 72),
    };
  });
}
