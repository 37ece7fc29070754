import { correlation } from '../../../models/statistics.ts';

/** Closes of one symbol by the open time of their candles, Unix ms. */
export type Closes = ReadonlyMap<number, number>;

/** Symbols that move as one. */
export interface SameMarket {
  readonly symbols: readonly string[];
  /** The one that counts. */
  readonly counted: string;
  /** The lowest, in size, of the others with the one that counts. */
  readonly correlation: number;
}

/** Above it two symbols are one market. */
const oneMarket = 0.95;
/** Returns in common that a correlation wants. */
const fewestReturns = 60;

/**
 * Finds the symbols of one market: log returns of their candles correlated above .95, either way, since an inverted quote is the same
 * market. Symbols in the order in which they are to count: the first of a market counts for it. One without enough candles in common
 * with another stands for itself.
 */
export function sameMarkets(symbols: readonly (readonly [symbol: string, closes: Closes])[]): SameMarket[] {
  const markets: { counted: string; closes: Closes; others: string[]; lowest: number }[] = [];
  for (const [symbol, closes] of symbols) {
    const found = markets
      .map((market) => ({ market, r: correlationOf(market.closes, closes) }))
      .find(({ r }) => Math.abs(r) > oneMarket);
    if (found === undefined) {
      markets.push({ counted: symbol, closes, others: [], lowest: Infinity });
      continue;
    }
    const { market, r } = found;
    market.others.push(symbol);
    if (Math.abs(r) < Math.abs(market.lowest)) market.lowest = r;
  }
  return markets
    .filter(({ others }) => others.length > 0)
    .map(({ counted, others, lowest }) => ({
      symbols: [counted, ...others],
      counted,
      correlation: lowest,
    }));
}

/** Correlation of the returns between candles that both have; 0 where they are too few. */
function correlationOf(a: Closes, b: Closes): number {
  const times = [...a.keys()].filter((time) => b.has(time)).sort((x, y) => x - y);
  if (times.length <= fewestReturns) return 0;
  const returns = (closes: Closes) =>
    times.slice(1).map((time, i) => Math.log(closes.get(time)! / closes.get(times[i]!)!));
  return correlation(returns(a), returns(b));
}
