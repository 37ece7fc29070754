import type { WatchedSymbol } from '../../../schema/rest.ts';

/** Of the symbols that the server watches those of this user: the operator's, and what was added here. Others' are theirs. */
const isOwn = ({ symbol, pinned, analysed }: WatchedSymbol, added: readonly string[]): boolean =>
  pinned || analysed === true || added.includes(symbol);

/** The user's symbols, in the server's order; one that was added and is not watched yet, or not any more, is pending. */
export function ownSymbols(
  watched: readonly WatchedSymbol[],
  added: readonly string[],
): readonly WatchedSymbol[] {
  const own = watched.filter((one) => isOwn(one, added));
  const known = new Set(own.map(({ symbol }) => symbol));
  const timeframes = watched[0]?.timeframes ?? [];
  return [
    ...own,
    ...added
      .filter((symbol) => !known.has(symbol))
      .map((symbol): WatchedSymbol => ({
        symbol,
        provider_symbol: symbol,
        state: 'pending',
        last: null,
        asset_class: 'equity',
        timeframes,
        pinned: false,
      })),
  ];
}
