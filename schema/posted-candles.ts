import { z } from 'zod';
import type { Bar } from './candle.ts';
import { anyAs, elementsAs } from './outside/elements-as.ts';
import { timeOfText } from './outside/time-of-text.ts';

/** Candles that an analysis needs. */
export const requiredCandles = 250;
const mostCandles = 20_000;
/** How far a close may lie ahead of our clock, ms: the source's clock may be a little fast. */
export const clockSkewMs = 5_000;

const numeral = /^[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?$/;
const number = z
  .union([z.number(), z.string()], { error: 'must be a finite number' })
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    if (numeral.test(value.trim())) return Number(value);
    context.addIssue({ code: 'custom', message: 'must be a finite number' });
    return z.NEVER;
  });
const finite = number.refine(Number.isFinite, { error: 'must be a finite number', abort: true });
const price = finite.refine((value) => value > 0, { error: 'must be above 0' });
const amount = finite.refine((value) => value >= 0, { error: 'must be 0 or above' });
/** Sources write `null` or an empty text for a missing value. */
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
const time = z
  .union([z.number(), z.string()], { error: 'must be Unix seconds, Unix ms or a date' })
  .nullish();
const volume = z.union([z.number(), z.string()], { error: 'must be a finite number' }).nullish();

/**
 * A candle as clients post it: prices above 0 (numbers, or strings as providers send them) and the time of its open
 * as `time`, `timestamp` or `datetime`: Unix s or ms, ISO, `YYYY-MM-DD HH:MM:SS` or MT5's `YYYY.MM.DD HH:MM` in UTC. A time or
 * volume that is null or empty is none. Extra fields pass.
 */
const PostedCandle = z
  .object(
    {
      time,
      timestamp: time,
      datetime: time,
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
    },
    { error: 'must be an object with open, high, low, close and a time' },
  )
  .transform((candle, context): Bar => {
    const { open, high, low, close } = candle;
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    const field = (['time', 'timestamp', 'datetime'] as const).find((name) => !isAbsent(candle[name]));
    const openTime = field === undefined ? undefined : openTimeOf(candle[field]!);
    if (field === undefined) refuse('time', 'is missing: give `time`, `timestamp` or `datetime`');
    else if (openTime === undefined) {
      refuse(field, 'must be Unix seconds, Unix ms, ISO or YYYY-MM-DD HH:MM:SS, after 1970 and before 2200');
    }
    if (high < low) refuse('high', `must not be below low (${high} < ${low})`);
    else if (high < Math.max(open, close)) refuse('high', 'must not be below open and close');
    else if (low > Math.min(open, close)) refuse('low', 'must not be above open and close');
    const bar = { openTime: openTime ?? 0, open, high, low, close };
    if (isAbsent(candle.volume)) return bar;
    const traded = amount.safeParse(candle.volume);
    if (traded.success) return { ...bar, volume: traded.data };
    refuse('volume', traded.error.issues[0]!.message);
    return bar;
  });

/**
 * At least 250 candles in any order; returns all, oldest first: the last 250 are analysed, older ones train the statistics of the hours. Two candles of one time are refused.
 * The count is checked before any candle, and the first bad candle ends the parsing: what is refused costs little.
 */
export const PostedCandles = z
  .array(anyAs(PostedCandle), {
    error: 'must be an array of candles',
  })
  .min(requiredCandles, {
    error: (issue) => `at least ${requiredCandles} are needed, ${(issue.input as unknown[]).length} received`,
  })
  .max(mostCandles, { error: `at most ${mostCandles} are taken` })
  .transform(elementsAs(PostedCandle, plainBar))
  .transform((bars, context) => {
    const order = bars
      .map((_, index) => index)
      .sort((a, b) => bars[a]!.openTime - bars[b]!.openTime || a - b);
    for (let i = 1; i < order.length; i++) {
      const [earlier, later] = [order[i - 1]!, order[i]!];
      if (bars[earlier]!.openTime !== bars[later]!.openTime) continue;
      context.addIssue({ code: 'custom', path: [later], message: `has the time of candles[${earlier}]` });
      break;
    }
    return order.map((index) => bars[index]!);
  });

/** The candle where all its fields are right; undefined leaves it to `PostedCandle`, which takes ten times as long. */
function plainBar(candle: unknown): Bar | undefined {
  if (typeof candle !== 'object' || candle === null) return undefined;
  const { time: first, timestamp, datetime, open, high, low, close, volume: traded } = candle as Fields;
  const [o, h, l, c] = [numberOf(open), numberOf(high), numberOf(low), numberOf(close)];
  if (!(l > 0 && l <= o && l <= c && o <= h && c <= h && h < Infinity)) return undefined;
  if (![first, timestamp, datetime].every(mayBeTime)) return undefined;
  const given = [first, timestamp, datetime].find((value) => !isAbsent(value)) as number | string | undefined;
  const openTime = given === undefined ? undefined : openTimeOf(given);
  if (openTime === undefined) return undefined;
  const bar = { openTime, open: o, high: h, low: l, close: c };
  if (isAbsent(traded)) return bar;
  const amountOf = numberOf(traded);
  return amountOf >= 0 && amountOf < Infinity ? { ...bar, volume: amountOf } : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && numeral.test(value.trim()) ? Number(value) : Number.NaN;
};

const mayBeTime = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'number' || typeof value === 'string';

/** Above it a number is Unix ms: as seconds it would be the year 5138, as ms it is March 1973. */
const firstMs = 1e11;
const end = Date.UTC(2200, 0, 1);

/** Time of a posted candle in Unix ms, or undefined where it is none. Text without a zone is UTC. */
function openTimeOf(value: number | string): number | undefined {
  const ms =
    typeof value === 'number' || numeral.test(value.trim())
      ? fromNumber(Number(value))
      : timeOfText(value.trim());
  return Number.isFinite(ms) && ms > 0 && ms < end ? ms : undefined;
}

function fromNumber(value: number): number {
  return value < firstMs ? Math.round(value * 1000) : Math.round(value);
}
