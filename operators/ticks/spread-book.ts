import { quantile } from '../../models/statistics.ts';
import type { Tick } from '../../schema/tick.ts';

/** The spread each symbol's feed has shown lately. */
export interface SpreadBook {
  readonly observe: (tick: Tick) => void;
  /** Median spread in basis points of the middle price, or undefined where too few ticks carried bid and ask. */
  readonly medianBps: (symbol: string) => number | undefined;
  readonly forget: (symbol: string) => void;
}

const kept = 128;
const atLeast = 16;

/** Keeps the last 128 spreads of each symbol. Ticks whose bid and ask cross, or are missing, do not count. */
export function createSpreadBook(): SpreadBook {
  const books = new Map<string, { readonly spreads: Float64Array; count: number }>();
  return {
    observe: ({ symbol, bid, ask }) => {
      if (bid === undefined || ask === undefined || !(bid > 0) || !(ask >= bid)) return;
      let book = books.get(symbol);
      if (book === undefined) books.set(symbol, (book = { spreads: new Float64Array(kept), count: 0 }));
      book.spreads[book.count++ % kept] = (20_000 * (ask - bid)) / (ask + bid);
    },
    medianBps: (symbol) => {
      const book = books.get(symbol);
      if (book === undefined || book.count < atLeast) return undefined;
      return quantile(book.spreads.slice(0, Math.min(kept, book.count)), 0.5);
    },
    forget: (symbol) => void books.delete(symbol),
  };
}
