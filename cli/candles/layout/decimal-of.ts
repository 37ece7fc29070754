import { priceNames } from './column-names.ts';
import type { Layout } from './layout.ts';
import { type DecimalSign, decimalSignOf, isBlank } from '../cells/parse-number.ts';

/** How the first rows of a file write decimals. */
export function decimalOf(
  rows: readonly string[][],
  prices: Layout['prices'],
  separator: string,
): DecimalSign {
  const cells = rows.flatMap((row) => priceNames.map((name) => row[prices[name]] ?? ''));
  return decimalSignOf(
    cells.filter((cell) => !isBlank(cell)),
    separator,
  );
}
