import { DataError } from '../../command.ts';
import { quoted } from '../../../schema/outside/outside-text.ts';

export type DecimalSign = '.' | ',';

const plain = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const blank = /^(?:|-+|#?n\/?a|nan|null|none|nil|undefined|\\n)$/i;
/** Prices beyond are no prices, and their squares no numbers. */
const MOST = 1e15;

/** Is a cell one of the ways to write that there is no value? */
export const isBlank = (cell: string): boolean => blank.test(cell);

/** The number of a trimmed cell, NaN where it is none: a currency sign and separated thousands are understood. */
export function parseNumber(cell: string, decimal: DecimalSign): number {
  if (decimal === '.' && plain.test(cell)) return bounded(Number(cell));
  const text = cell
    .replace(/^([+-]?)[$€£¥]\s?/, '$1')
    .replaceAll(
      decimal === '.' ? /(?<=\d)[,'\u2019\s](?=\d{3}(?!\d))/g : /(?<=\d)[.'\u2019\s](?=\d{3}(?!\d))/g,
      '',
    )
    .replace(decimal, '.');
  return plain.test(text) ? bounded(Number(text)) : Number.NaN;
}

const bounded = (value: number): number => (Math.abs(value) <= MOST ? value : Number.NaN);

const scales: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, b: 1e9, t: 1e12 };

/** A traded volume, also as `1.25M`; 0 where it is unknown. */
export function parseVolume(cell: string, decimal: DecimalSign): number {
  const scale = scales[cell.at(-1)?.toLowerCase() ?? ''];
  const value = parseNumber(scale === undefined ? cell : cell.slice(0, -1).trim(), decimal) * (scale ?? 1);
  return value > 0 && value < Infinity ? value : 0;
}

/**
 * How a file writes decimals, from some of its prices. Throws a DataError where a comma could separate either thousands or decimals.
 */
export function decimalSignOf(prices: readonly string[], separator: string): DecimalSign {
  const withComma = prices.filter((price) => price.includes(','));
  if (withComma.length === 0) return '.';
  const both = withComma.find((price) => price.includes('.'));
  if (both !== undefined) return both.lastIndexOf(',') > both.lastIndexOf('.') ? ',' : '.';
  if (withComma.some((price) => /,.*,/.test(price))) return '.';
  if (separator !== ',' || withComma.some((price) => /^\D*0,|,(?!\d{3}$)/.test(price))) return ',';
  // 42,265 beside 999.5 separates thousands.
  if (prices.some((price) => price.includes('.'))) return '.';
  throw new DataError(
    `whether the comma of ${quoted(withComma[0]!)} begins the decimals or separates thousands cannot be told: write prices with a point`,
  );
}
