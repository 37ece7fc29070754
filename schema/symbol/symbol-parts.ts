import { coins, commodities, fiat, preciousMetals, quoteCoins, wordLike } from './currencies.ts';
import { exchangeOf } from './exchanges.ts';
import { writtenForm } from './written-symbols.ts';

/** The parts of a symbol: `BTCUSD:BINANCE` is BTC against USD at Binance, `RY:TSX` the ticker RY at TSX. */
export interface SymbolParts {
  /** In the provider's form, without the exchange: `BTC/USD`, `RY`. */
  readonly ticker: string;
  /** Null where it is no pair. */
  readonly pair: { readonly base: string; readonly quote: string } | null;
  /** The requested exchange, as written; undefined where none was. */
  readonly exchange: string | undefined;
}

/** New coins appear every day: a name this long that ends with a currency is a pair, since no plain ticker is that long. */
const leastLength = 6;

/** Splits a symbol in public form: at a slash, where one was written, else by our lists. */
export function partsOf(symbol: string): SymbolParts {
  const [form, isWritten] = [writtenForm(symbol) ?? symbol, writtenForm(symbol) !== undefined];
  const colon = form.indexOf(':');
  const name = colon < 0 ? form : form.slice(0, colon);
  const exchange = colon < 0 ? undefined : form.slice(colon + 1);
  const pair = isWritten && name.includes('/') ? slashed(name) : pairIn(name, exchange);
  return { ticker: pair === null ? name : `${pair.base}/${pair.quote}`, pair, exchange };
}

/** Base and quote of `BTCUSD`; null for a ticker, and for whatever a stock exchange lists. */
function pairIn(name: string, exchange: string | undefined): SymbolParts['pair'] {
  if (exchange !== undefined && exchangeOf(exchange) !== undefined) return null;
  return listedPair(name) ?? unlistedPair(name);
}

/** A pair of which both sides are on our lists. */
export function listedPair(name: string): SymbolParts['pair'] {
  for (const length of [4, 3]) {
    const quote = name.slice(-length);
    const base = name.slice(0, -length);
    if (!isQuote(quote)) continue;
    if ([preciousMetals, commodities, fiat, coins, quoteCoins].some((list) => list.has(base)))
      return { base, quote };
  }
  return null;
}

function unlistedPair(name: string): SymbolParts['pair'] {
  if (name.length < leastLength) return null;
  for (const length of [4, 3]) {
    const quote = name.slice(-length);
    const base = name.slice(0, -length);
    if (isQuote(quote) && !wordLike.has(quote) && /^[A-Z0-9]{3,}$/.test(base)) return { base, quote };
  }
  return null;
}

const isQuote = (code: string): boolean => fiat.has(code) || quoteCoins.has(code);

function slashed(name: string): { base: string; quote: string } {
  const slash = name.indexOf('/');
  return { base: name.slice(0, slash), quote: name.slice(slash + 1) };
}
