import { ErrorAnswer } from '../schema/rest.ts';
import type { Absent } from './http-deps.ts';
import { Problem } from './problem.ts';

/** What a route documents that asks `orSymbolNotFound`. */
export const symbolNotFound = { description: 'Nobody has heard of this symbol.', schema: ErrorAnswer };

/** The value; throws Problem 404 where the server never knew the symbol. */
export function orSymbolNotFound<T>(value: T | 'symbol_unknown', symbol: string | undefined): T {
  if (value !== 'symbol_unknown') return value;
  throw new Problem(404, 'symbol_unknown', `${symbol} is not watched and never was decided on`);
}

/** The value; throws Problem 404 where the symbol is not watched or the timeframe is not stored. */
export function orNotFound<T>(value: T | Absent, symbol: string, timeframe: string): T {
  if (value === 'symbol_unknown') throw new Problem(404, 'symbol_unknown', `${symbol} is not watched`);
  if (value === 'timeframe_unknown') {
    throw new Problem(404, 'timeframe_unknown', `${timeframe} candles of ${symbol} are not kept`);
  }
  return value;
}
