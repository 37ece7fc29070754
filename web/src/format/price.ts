import { decimalsOf } from '../../../schema/symbol/price-decimals.ts';

export const formatPrice = (symbol: string, price: number): string =>
  formatNumber(price, decimalsOf(symbol, price));

/** A number with its thousands apart. */
export const formatNumber = (value: number, decimals: number): string => formatterOf(decimals).format(value);

/**
 * A price in the three parts traders read: the handle that rarely moves, the digits that do, and the fraction of a pip.
 * `1.08` `42` `5`, `64,2` `18.40` and nothing after it.
 */
export function priceParts(symbol: string, price: number): readonly [string, string, string] {
  const text = formatPrice(symbol, price);
  const decimals = decimalsOf(symbol, price);
  const tail = decimals === 2 ? 0 : 1;
  const big = decimals === 2 ? 5 : decimals === 3 ? 3 : 2;
  const end = text.length - tail;
  return [text.slice(0, Math.max(0, end - big)), text.slice(Math.max(0, end - big), end), text.slice(end)];
}

/** `+1.25 %`, with a real minus sign. */
export const formatPercent = (percent: number, decimals = 2): string => `${signed(percent, decimals)} %`;

/** `+0.50 R`: R is the distance from entry to stop. */
export const formatR = (r: number): string => `${signed(r, 2)} R`;

/** A probability as a percentage without sign. */
export const formatShare = (share: number, decimals = 0): string => `${(share * 100).toFixed(decimals)} %`;

function signed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

const made = new Map<number, Intl.NumberFormat>();

/** Formatters are dear to make and are kept. */
function formatterOf(decimals: number): Intl.NumberFormat {
  let formatter = made.get(decimals);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat('en', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    made.set(decimals, formatter);
  }
  return formatter;
}
