import { SymbolUnavailableError } from './symbol-unavailable.ts';

/** Symbols that are not watched: only posted candles, or an open signal of former days, speak of them. */
export interface OutsideSymbols {
  readonly has: (symbol: string) => boolean;
  readonly names: () => Iterable<string>;
  /** Takes a symbol in, or notes that it was spoken of again. Throws SymbolUnavailableError where there is no room. */
  readonly take: (symbol: string) => void;
  /** False where it was none. */
  readonly delete: (symbol: string) => boolean;
  readonly size: number;
}

export interface OutsideSymbolsOptions {
  /** How many have an actor at a time; the store brings the others back when they are spoken of. @default 500 */
  readonly most?: number;
  /** Must it stay: is one of its signals open? */
  readonly isNeeded: (symbol: string) => boolean;
  /** It gave way to another. */
  readonly release: (symbol: string) => void;
}

/** Bounds them: anybody with a key may post candles of any name. The one that was not spoken of for longest gives way. */
export function createOutsideSymbols({
  most = 500,
  isNeeded,
  release,
}: OutsideSymbolsOptions): OutsideSymbols {
  const symbols = new Set<string>();
  const makeRoom = (symbol: string) => {
    const idle = symbols.values().find((one) => !isNeeded(one));
    if (idle === undefined)
      throw new SymbolUnavailableError(
        `no room for ${symbol}: ${most} symbols from outside have open signals`,
        'symbol_limit',
      );
    symbols.delete(idle);
    release(idle);
  };
  return {
    has: (symbol) => symbols.has(symbol),
    names: () => symbols,
    take: (symbol) => {
      if (!symbols.delete(symbol) && symbols.size >= most) makeRoom(symbol);
      symbols.add(symbol);
    },
    delete: (symbol) => symbols.delete(symbol),
    get size() {
      return symbols.size;
    },
  };
}
