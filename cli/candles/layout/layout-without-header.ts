import { priceNames } from './column-names.ts';
import { decimalOf } from './decimal-of.ts';
import type { Layout } from './layout.ts';
import { type DecimalSign, parseNumber } from '../cells/parse-number.ts';
import { isClock } from '../cells/parse-clock.ts';
import { parseTime } from '../cells/parse-time.ts';

/**
 * The layout of rows without names: time, open, high, low, close and perhaps volume, behind at most two cells of a ticker or a number. Null
 * where the first row is no candle.
 */
export function layoutWithoutHeader(
  rows: readonly string[][],
  before: number,
  separator: string,
): Layout | null {
  const first = rows[0]!;
  const at = first.slice(0, 3).findIndex((cell) => parseTime(cell) !== null);
  if (at < 0) return null;
  const time = parseTime(first[at]!)!;
  const split = !time.clock && isClock(first[at + 1] ?? '') && parseTime(first[at]!, first[at + 1]) !== null;
  const forms = split ? [[at, at + 1], [at]] : [[at]];
  for (const columns of forms) {
    const next = columns.at(-1)! + 1;
    const prices = { open: next, high: next + 1, low: next + 2, close: next + 3 };
    if (first.length < next + 4) continue;
    const decimal = decimalOf(rows, prices, separator);
    if (!areMostlyCandles(rows, prices, decimal)) continue;
    const isMetaTrader = columns.length === 2 && /^\d{4}\.\d{2}\.\d{2}$/.test(first[at]!);
    const isHistData = separator === ';' && /^\d{8} \d{6}$/.test(first[at]!);
    return {
      separator,
      header: null,
      before,
      time: columns,
      prices,
      volume: first.length > next + 4 ? next + 4 : -1,
      volumeKind: isMetaTrader ? 'ticks' : 'traded',
      symbol: -1,
      complete: -1,
      cells: first.length,
      decimal,
      zone: isHistData ? { name: '-05:00', reason: 'EST without daylight saving, as HistData writes' } : null,
    };
  }
  return null;
}

/** Are most of the rows candles, so that these are the columns? */
function areMostlyCandles(
  rows: readonly string[][],
  prices: Layout['prices'],
  decimal: DecimalSign,
): boolean {
  const filled = rows.filter((row) => row.length > 1);
  const candles = filled.filter((row) => {
    const [open, high, low, close] = priceNames.map((name) => parseNumber(row[prices[name]] ?? '', decimal));
    return low! <= Math.min(open!, close!) && high! >= Math.max(open!, close!);
  });
  return 2 * candles.length >= filled.length;
}
