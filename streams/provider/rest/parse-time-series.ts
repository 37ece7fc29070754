import type { Bar } from '../../../schema/candle.ts';
import { firstWords } from '../../../schema/outside/first-words.ts';

/** The provider answered with an error, whatever the HTTP status. */
export class ProviderError extends Error {
  override name = 'ProviderError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(`the provider answered ${code}: ${message}`);
    this.code = code;
  }
}

/** Does the provider lack the symbol, or refuse it on this plan? */
export function isUnknownSymbol(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 404;
}

/** The answer does not match the provider's documentation. */
export class BadAnswerError extends Error {
  override name = 'BadAnswerError';
}

type Fields = Readonly<Record<string, unknown>>;

/** An impossible bar in an answer; its window is neither known nor empty. */
export interface SpoiltBar {
  /** Unix ms; null where it cannot be read. */
  readonly openTime: number | null;
  /** What is wrong with it, for the log. */
  readonly why: string;
}

export interface TimeSeries {
  /** Oldest first, each open once. */
  readonly bars: readonly Bar[];
  /** Bars left out, in the order of the answer. */
  readonly spoilt: readonly SpoiltBar[];
}

/**
 * Parses a `/time_series` answer, where every value is a string. An invalid bar is left out and listed in `spoilt`: a field is missing or not
 * a number, a price is zero or less, high and low do not span open and close, or a second, different bar has the same time.
 * Throws ProviderError, or BadAnswerError where no bar at all can be read. "No data" for the requested dates is an empty list.
 */
export function parseTimeSeries(text: string, status: number): TimeSeries {
  const fields = refusalIn(text, status);
  if (fields instanceof ProviderError) {
    if (/no data is available/i.test(fields.message)) return { bars: [], spoilt: [] };
    throw fields;
  }
  const { values } = fields;
  if (!Array.isArray(values)) throw new BadAnswerError('`values` is no list');
  const series = seriesOf(values as unknown[]);
  const [first] = series.spoilt;
  if (series.bars.length === 0 && first !== undefined)
    throw new BadAnswerError(`none of ${values.length} bars can be read; the first: ${first.why}`);
  return series;
}

/** The fields of an answer, or the error that it tells of, under whatever HTTP status. Throws BadAnswerError. */
export function refusalIn(text: string, status: number): Fields | ProviderError {
  const fields = objectOf(text, status);
  if (fields['status'] !== 'error' && typeof fields['code'] !== 'number' && status < 400) return fields;
  const code = typeof fields['code'] === 'number' ? fields['code'] : status;
  const message = typeof fields['message'] === 'string' ? firstWords(fields['message'], 300) : 'no message';
  return new ProviderError(code, message);
}

function seriesOf(values: readonly unknown[]): TimeSeries {
  const bars = new Map<number, Bar>();
  const spoilt: SpoiltBar[] = [];
  const contradicted = new Set<number>();
  for (const value of values) {
    const read = readBar(value);
    if ('why' in read) spoilt.push(read);
    else if (isOther(bars.get(read.openTime), read)) contradicted.add(read.openTime);
    else bars.set(read.openTime, read);
  }
  for (const openTime of contradicted)
    spoilt.push({ openTime, why: `two bars of ${isoOf(openTime)} differ` });
  for (const { openTime } of spoilt) if (openTime !== null) bars.delete(openTime);
  return { bars: [...bars.values()].sort((a, b) => a.openTime - b.openTime), spoilt };
}

const isOther = (known: Bar | undefined, bar: Bar): boolean =>
  known !== undefined &&
  (['open', 'high', 'low', 'close', 'volume'] as const).some((name) => known[name] !== bar[name]);

const isoOf = (time: number) => new Date(time).toISOString();

function objectOf(text: string, status: number): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (status >= 400) throw new ProviderError(status, 'no JSON');
    throw new BadAnswerError('the answer is no JSON');
  }
  if (typeof value !== 'object' || value === null) throw new BadAnswerError('the answer is no object');
  return value as Fields;
}

function readBar(value: unknown): Bar | SpoiltBar {
  if (typeof value !== 'object' || value === null) return { openTime: null, why: 'a bar is no object' };
  const fields = value as Fields;
  const openTime = timeOf(fields['datetime']);
  if (openTime === null)
    return { openTime, why: `\`datetime\` is no time: ${firstWords(String(fields['datetime']), 40)}` };
  try {
    return barOf(openTime, fields);
  } catch (error) {
    if (error instanceof BadAnswerError) return { openTime, why: `${error.message} (${isoOf(openTime)})` };
    throw error;
  }
}

function barOf(openTime: number, fields: Fields): Bar {
  const open = numberOf(fields, 'open');
  const high = numberOf(fields, 'high');
  const low = numberOf(fields, 'low');
  const close = numberOf(fields, 'close');
  if (low <= 0 || low > Math.min(open, close) || high < Math.max(open, close))
    throw new BadAnswerError(`no valid range: ${open}, ${high}, ${low}, ${close}`);
  const bar = { openTime, open, high, low, close };
  const { volume } = fields;
  return volume === undefined || volume === null || volume === ''
    ? bar
    : { ...bar, volume: numberOf(fields, 'volume') };
}

const decimal = /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number) && number >= 0) return number;
  throw new BadAnswerError(`\`${name}\` is no number: ${firstWords(String(value), 40)}`);
}

const stamp = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** A bar's open time, in UTC as requested; null where it is not a valid date. */
function timeOf(value: unknown): number | null {
  const match = typeof value === 'string' ? stamp.exec(value) : null;
  const time = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) : NaN;
  // Date.parse reads the 31st of February as a day of March.
  return Number.isNaN(time) || !isoOf(time).startsWith(match![1]!) ? null : time;
}
