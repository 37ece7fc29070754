import { quoted } from '../../../schema/outside/outside-text.ts';
import { DataError } from '../../command.ts';
import { columnOf, isEndName, isTimeName, priceNames, zoneOfName } from './column-names.ts';
import { decimalOf } from './decimal-of.ts';
import type { Layout } from './layout.ts';
import { isClock } from '../cells/parse-clock.ts';
import { parseTime } from '../cells/parse-time.ts';

/** Rows of tickers and names of an index may stand between a header and the first candle. */
const MOST_BETWEEN = 30;

/** The layout of a table whose header is the row `at`, with those price columns; null where no candle follows. */
export function layoutOfHeader(
  rows: readonly string[][],
  at: number,
  prices: Layout['prices'],
  separator: string,
): Layout | null {
  const header = rows[at]!;
  const taken = new Set(Object.values(prices));
  const [volume, ticks] = [columnOf(header, 'volume'), columnOf(header, 'ticks')];
  const free = header.flatMap((name, i) =>
    taken.has(i) || i === volume || isEndName(name) ? [] : [{ name, i }],
  );
  const timed = free.filter(({ name }) => isTimeName(name));
  const candidates = [...timed, ...free.filter(({ name }) => !isTimeName(name))].map(({ i }) => i);
  const first = rows.findIndex((row, i) => i > at && row.length > 4 && timeColumns(row, candidates) !== null);
  const lost = rows.slice(at + 1, first < 0 ? at + 2 : first).findIndex((row) => areNumbers(row, prices));
  if (lost >= 0)
    throw new DataError(
      `line ${at + 2 + lost} (${quoted(rows[at + 1 + lost]!.join(separator))}) has no time that can be read`,
    );
  if (first < 0 || first - at > MOST_BETWEEN) return null;
  const time = timeColumns(rows[first]!, candidates)!;
  const data = rows.slice(first);
  const isTraded = volume >= 0 && (ticks < 0 || data.some((row) => Number(row[volume]) > 0));
  const named = time.map((i) => zoneOfName(header[i]!)).find((zone) => zone !== undefined);
  return {
    separator,
    header,
    before: first,
    time,
    prices,
    volume: isTraded ? volume : ticks,
    volumeKind: isTraded ? 'traded' : 'ticks',
    symbol: columnOf(header, 'symbol'),
    complete: columnOf(header, 'complete'),
    cells: header.length,
    decimal: decimalOf(data, prices, separator),
    zone: named === undefined ? null : { name: named, reason: 'by the header' },
  };
}

/** Columns of the time in a row: one of Unix time before one of date and time before a date and a time of day before a date. */
function timeColumns(row: readonly string[], candidates: readonly number[]): number[] | null {
  const times = candidates.map((i) => ({ i, time: parseTime(row[i] ?? '') }));
  const whole = times.find(({ time }) => time?.unit) ?? times.find(({ time }) => time?.clock);
  if (whole !== undefined) return [whole.i];
  const date = times.find(({ time }) => time !== null)?.i;
  if (date === undefined) return null;
  const clock = candidates.find(
    (i) => i !== date && isClock(row[i] ?? '') && parseTime(row[date]!, row[i]) !== null,
  );
  return clock === undefined ? [date] : [date, clock];
}

const areNumbers = (row: readonly string[], prices: Layout['prices']): boolean =>
  priceNames.every((name) => /^\W?\d[\d.,' ]*$/.test(row[prices[name]] ?? ''));
