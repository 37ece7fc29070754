/** What kind of market a symbol trades on; decides its hours, its session grid and the currencies that move it. */
export type AssetClass = 'crypto' | 'forex' | 'metal' | 'equity';

const metals = new Set(['XAU', 'XAG', 'XPT', 'XPD']);
const fiat = new Set(
  (
    'USD EUR GBP JPY CHF AUD NZD CAD SEK NOK DKK PLN CZK HUF TRY ZAR MXN SGD HKD CNH CNY INR KRW THB ILS RUB ' +
    'BRL RON'
  ).split(' '),
);
const crypto = new Set(
  (
    'BTC ETH SOL XRP ADA DOGE LTC BCH DOT LINK AVAX MATIC POL TRX XLM ATOM UNI ETC XMR NEAR APT ARB OP SUI SHIB ' +
    'PEPE TON BNB FIL ALGO AAVE'
  ).split(' '),
);
const quotes = [...fiat, 'USDT', 'USDC', 'BTC', 'ETH'].sort((a, b) => b.length - a.length);

/** Coins are born every day: a name this long with such an end is a pair of one, for no ticker of an exchange is. */
const unlistedPair = /^([A-Z0-9]{3,})(USDT|USDC|USD|EUR|BTC)$/;

/** Base and quote of a pair in public form, or null for an equity. `BTCUSD` → BTC, USD. */
export function pairOf(symbol: string): { base: string; quote: string } | null {
  for (const quote of quotes) {
    if (!symbol.endsWith(quote)) continue;
    const base = symbol.slice(0, -quote.length);
    if (metals.has(base) || fiat.has(base) || crypto.has(base)) return { base, quote };
  }
  const [, base, quote] = unlistedPair.exec(symbol) ?? [];
  return base === undefined || quote === undefined ? null : { base, quote };
}

/** Asset class of a symbol in public form. What is no known pair is an equity. */
export function assetClassOf(symbol: string): AssetClass {
  const pair = pairOf(symbol);
  if (pair === null) return 'equity';
  if (metals.has(pair.base)) return 'metal';
  return fiat.has(pair.base) && fiat.has(pair.quote) ? 'forex' : 'crypto';
}

/** Currency codes whose news moves the symbol: both legs of a forex pair; USD for metals, crypto and equities beside the quote. */
export function currenciesOf(symbol: string): readonly string[] {
  const pair = pairOf(symbol);
  if (pair === null) return ['USD'];
  const legs = [pair.base, pair.quote].map((leg) => (fiat.has(leg) ? leg : 'USD'));
  return [...new Set(legs)];
}
