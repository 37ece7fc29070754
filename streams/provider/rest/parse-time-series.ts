import type { Bar } from '../../../schema/candle.ts';

/** The provider answered with an error, whatever the HTTP status. */
export class ProviderError extends Error {
  override name = 'ProviderError';
  readonly code: number;
  constructor(code: number, message: string) {
    super(`the provider answered ${code}: ${message}`);
    this.code = code;
  }
}

/** Does the provider say that it has no such symbol, or not on this plan? */
export function isUnknownSymbol(error: unknown): boolean {
  return error instanceof ProviderError && error.code === 404;
}

/** The answer is not what the provider documents. */
export class BadAnswerError extends Error {
  override name = 'BadAnswerError';
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Bars of a `/time_series` answer, oldest first, each open once. Every value is a string there; one that is no number, or
 * a bar whose range does not hold its open and close, makes the whole answer worthless: absent bars count as empty.
 * Throws ProviderError or BadAnswerError. "No data" for the dates asked is an empty list.
 */
export function parseTimeSeries(text: string, status: number): Bar[] {
  const fields = objectOf(text, status);
  if (fields['status'] === 'error' || typeof fields['code'] === 'number' || status >= 400) {
    const code = typeof fields['code'] === 'number' ? fields['code'] : status;
    const message = typeof fields['message'] === 'string' ? fields['message'].slice(0, 300) : 'no message';
    if (/no data is available/i.test(message)) return [];
    throw new ProviderError(code, message);
  }
  const { values } = fields;
  if (!Array.isArray(values)) throw new BadAnswerError('`values` is no list');
  const bars = new Map<number, Bar>();
  for (const value of values as unknown[]) {
    const bar = barOf(value);
    bars.set(bar.openTime, bar);
  }
  return [...bars.values()].sort((a, b) => a.openTime - b.openTime);
}

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

function barOf(value: unknown): Bar {
  if (typeof value !== 'object' || value === null) throw new BadAnswerError('a bar is no object');
  const fields = value as Fields;
  const openTime = timeOf(fields['datetime']);
  const open = numberOf(fields, 'open');
  const high = numberOf(fields, 'high');
  const low = numberOf(fields, 'low');
  const close = numberOf(fields, 'close');
  if (low <= 0 || low > Math.min(open, close) || high < Math.max(open, close)) {
    throw new BadAnswerError(`the bar of ${String(fields['datetime'])} has no valid range`);
  }
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
  throw new BadAnswerError(`\`${name}\` is no number: ${String(value).slice(0, 40)}`);
}

const stamp = /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}:\d{2}))?$/;

/** A bar's open, stated in UTC because that is what was asked for. */
function timeOf(value: unknown): number {
  const match = typeof value === 'string' ? stamp.exec(value) : null;
  const time = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00:00'}Z`) : NaN;
  if (Number.isNaN(time)) throw new BadAnswerError(`\`datetime\` is no time: ${String(value).slice(0, 40)}`);
  return time;
}
