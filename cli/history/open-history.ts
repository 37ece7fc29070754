import { DataError } from '../command.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import { minuteOf } from '../candles/minute-of.ts';
import type { MonthFile } from './files/month-format.ts';
import { monthOf, symbolFolder } from './files/symbol-folder.ts';
import { oneKind } from './merge-minutes.ts';
import { candlesIn, candlesOf, columnsOf, minuteMs } from './minutes.ts';
import { type Span, united, within } from './spans.ts';

export interface History {
  /** Minutes, oldest first. */
  readonly candles: SpacedCandles;
  /** What has been asked for or given, candle or not. */
  readonly spans: readonly Span[];
  readonly sources: readonly string[];
  readonly isSimulated: boolean;
}

/**
 * The stored minutes of a symbol that open in `[from, to)`, Unix ms. A year takes 25 MB. history: the folder, see `historyFolder`. Throws a
 * DataError where there are none, and where a file is damaged.
 */
export async function openHistory(
  history: string,
  symbol: string,
  [from, to]: Span = [-Infinity, Infinity],
): Promise<History> {
  const folder = symbolFolder(history, symbol);
  const months = await folder.months();
  const wanted = months.filter((month) => !isOutside(month, from, to));
  const read = await Promise.all(wanted.map((month) => folder.read(month)));
  const files = read.flatMap((file) => file ?? []);
  const parts = files
    .map(({ candles }) => candlesIn(candles, [from, to]))
    .filter(({ time }) => time.length > 0);
  if (parts.length === 0) throw new DataError(nothingIn(symbol, months, [from, to]));
  return {
    candles: {
      ...candlesOf(joined(parts.map(columnsOf)), oneKind(parts.map(({ volumeKind }) => volumeKind))),
      spacingMs: minuteMs,
    },
    spans: within(united(files.flatMap(({ spans }) => spans)), [from, to]),
    sources: sourcesOf(files),
    isSimulated: files.some(({ isSimulated }) => isSimulated),
  };
}

/** What of a span is known of a symbol, candle or not. Throws a DataError where a file is damaged. */
export async function storedSpans(history: string, symbol: string, span: Span): Promise<Span[]> {
  const folder = symbolFolder(history, symbol);
  const months = (await folder.months()).filter((month) => !isOutside(month, ...span));
  const spans: Span[] = [];
  for (const month of months) spans.push(...((await folder.read(month))?.spans ?? []));
  return within(united(spans), span);
}

const isOutside = (month: string, from: number, to: number): boolean =>
  (from > -Infinity && month < monthOf(from)) || (to < Infinity && month > monthOf(to));

const sourcesOf = (files: readonly MonthFile[]): string[] => [
  ...new Set(files.flatMap(({ sources }) => sources)),
];

/** The columns of parts one behind the other. */
function joined(parts: readonly Float64Array[][]): Float64Array[] {
  const [first = []] = parts;
  if (parts.length === 1) return first;
  const rows = parts.reduce((sum, [time]) => sum + time!.length, 0);
  return first.map((_, c) => {
    const whole = new Float64Array(rows);
    let at = 0;
    for (const part of parts) {
      whole.set(part[c]!, at);
      at += part[c]!.length;
    }
    return whole;
  });
}

function nothingIn(symbol: string, months: readonly string[], [from, to]: Span): string {
  const get = `npm run history -- --symbol ${symbol} fetches or imports it`;
  if (months.length === 0) return `there is no history of ${symbol}: ${get}`;
  const bounds = [
    ...(from > -Infinity ? [`from ${minuteOf(from)}`] : []),
    ...(to < Infinity ? [`to ${minuteOf(to)}`] : []),
  ].join(' ');
  return `the history of ${symbol} has no minute ${bounds || 'at all'} (files of ${months[0]} to ${months.at(-1)}): ${get}`;
}
