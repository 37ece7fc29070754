import { coins, commodities, fiat, preciousMetals, quoteCoins } from './currencies.ts';
import { type ExchangeMarket, exchangeOf } from './exchanges.ts';
import { indices } from './indices.ts';
import { partsOf, type SymbolParts } from './symbol-parts.ts';

/** What kind of thing a symbol is; decides how its price is written and which currencies move it. */
export type AssetClass = 'crypto' | 'forex' | 'metal' | 'commodity' | 'equity';

/** The market whose hours it has, as `models/calendar/trading-calendars.ts` names them; `unknown`: none that we know. */
export type MarketKind = Exclude<AssetClass, 'equity'> | ExchangeMarket | 'unknown';

/** The provider's data about a symbol; each field may be missing. */
export interface ProviderFacts {
  /** `Common Stock`, `Physical Currency`, `Precious Metal`. */
  readonly type?: string | undefined;
  readonly exchange?: string | undefined;
  /** ISO 10383. */
  readonly micCode?: string | undefined;
  readonly country?: string | undefined;
  readonly currency?: string | undefined;
}

/** The source of a symbol's hours, the strongest first: the provider, the symbol's own text, our lists, none. */
type DecidedBy = 'provider' | 'symbol' | 'list' | 'assumed';

export interface Instrument {
  readonly assetClass: AssetClass;
  readonly market: MarketKind;
  readonly decidedBy: DecidedBy;
}

/** What a symbol in public form is and when it trades. The provider's data decides; our lists only where it is missing. */
export function instrumentOf(symbol: string, facts: ProviderFacts = {}): Instrument {
  const parts = partsOf(symbol);
  const said = classSaid(facts, parts);
  if (said !== undefined && said !== 'equity')
    return { assetClass: said, market: said, decidedBy: 'provider' };
  if (said === undefined && parts.pair !== null) return pairAt(parts.pair);
  return { assetClass: 'equity', ...listedAt(parts, facts) };
}

/** Asset class of a symbol in public form, from its text alone. Anything but a pair is an equity. */
export const assetClassOf = (symbol: string): AssetClass => instrumentOf(symbol).assetClass;

/** Currency codes whose news moves the symbol: both legs of a pair, USD for a leg that no state issues; an equity's own. */
export function currenciesOf(symbol: string, facts: ProviderFacts = {}): readonly string[] {
  const { pair, ticker, exchange } = partsOf(symbol);
  if (pair !== null) {
    const legs = [pair.base, pair.quote].map((leg) => (fiat.has(leg) ? leg : 'USD'));
    return [...new Set(legs)];
  }
  const listed = [facts.micCode, facts.exchange, exchange, indices.get(ticker)].flatMap(
    (name) => (name === undefined ? undefined : exchangeOf(name)) ?? [],
  );
  // Pence are pounds.
  const own = facts.currency?.toUpperCase();
  return [own === 'GBX' ? 'GBP' : own !== undefined && fiat.has(own) ? own : (listed[0]?.currency ?? 'USD')];
}

const classes: readonly (readonly [RegExp, AssetClass])[] = [
  [/digital|crypto/i, 'crypto'],
  [/precious/i, 'metal'],
  [/commodit|energy|metal|agricult|livestock|grain|softs/i, 'commodity'],
  [/physical currency|forex|fiat/i, 'forex'],
];

/** The class given by the provider's `type`, or by its exchange's name where there is no type. */
function classSaid(
  { type, exchange, micCode }: ProviderFacts,
  { pair }: SymbolParts,
): AssetClass | undefined {
  const found = classes.find(([words]) => words.test(type || exchange || ''))?.[1];
  // Gold is a currency by its code and a commodity by trade, and providers list it as either; it has the hours of metals.
  if ((found === 'commodity' || found === 'forex') && pair !== null) {
    if (preciousMetals.has(pair.base)) return 'metal';
    if (commodities.has(pair.base)) return 'commodity';
  }
  if (found !== undefined) return found;
  if (type) return 'equity';
  // An exchange that is none of ours trades shares, or coins: then the slash decides.
  return [micCode, exchange].some((name) => name && exchangeOf(name)) ? 'equity' : undefined;
}

function pairAt({ base, quote }: NonNullable<SymbolParts['pair']>): Instrument {
  const of = (assetClass: Exclude<AssetClass, 'equity'>, decidedBy: DecidedBy): Instrument => ({
    assetClass,
    market: assetClass,
    decidedBy,
  });
  if (preciousMetals.has(base)) return of('metal', 'list');
  if (commodities.has(base)) return of('commodity', 'list');
  if (fiat.has(base) && fiat.has(quote)) return of('forex', 'list');
  return of('crypto', coins.has(base) || quoteCoins.has(base) ? 'list' : 'assumed');
}

/** Whose hours an equity or an index keeps. */
function listedAt(
  { ticker, exchange }: SymbolParts,
  facts: ProviderFacts,
): Pick<Instrument, 'market' | 'decidedBy'> {
  for (const name of [facts.micCode, facts.exchange]) {
    const found = name ? exchangeOf(name) : undefined;
    // Euronext is one name for seven exchanges, of which three have days of their own.
    if (found !== undefined && !(found.name === 'EURONEXT' && isElsewhere(facts.country)))
      return { market: found.market, decidedBy: 'provider' };
  }
  if (facts.country === 'United States') return { market: 'new_york', decidedBy: 'provider' };
  const asked = exchange === undefined ? undefined : exchangeOf(exchange);
  if (asked !== undefined) return { market: asked.market, decidedBy: 'symbol' };
  if (facts.exchange || facts.micCode) return { market: 'unknown', decidedBy: 'provider' };
  if (exchange !== undefined) return { market: 'unknown', decidedBy: 'symbol' };
  const home = indices.get(ticker);
  const listed = home === undefined ? undefined : exchangeOf(home);
  if (listed !== undefined) return { market: listed.market, decidedBy: 'list' };
  return { market: 'new_york', decidedBy: 'assumed' };
}

const isElsewhere = (country: string | undefined): boolean =>
  country !== undefined && ['Ireland', 'Italy', 'Norway'].includes(country);
