import { exchangeName, exchangeOf } from '../../../schema/exchanges.ts';
import type { ProviderFacts } from '../../../schema/instrument.ts';
import { partsOf } from '../../../schema/symbol-parts.ts';
import { toProviderSymbol } from '../provider-symbol.ts';
import type { ProviderListing } from './twelvedata-frame.ts';

/** One of our symbols under the ticker that the provider sends it by. */
interface Candidate {
  readonly symbol: string;
  /** The exchange it was asked for at; undefined: the provider's choice. */
  readonly exchange: string | undefined;
  /** Not wanted any more, and told the provider so: what still comes of it is nobody else's. */
  readonly isGone: boolean;
}

/** Which of our symbols the provider means; several listings of one ticker are told apart by their exchange. */
export interface ListingMatch {
  readonly set: (wanted: Iterable<string>, gone: Iterable<string>) => void;
  /** By name alone: the plain one of several listings. */
  readonly byName: (name: string) => string | undefined;
  /** By name and exchange, or currency where no exchange is said; undefined where nobody asked for it, or it stays unclear. */
  readonly of: (listing: ProviderListing) => string | undefined;
  /** All that the name may mean, the plain one first. */
  readonly candidates: (name: string) => readonly string[];
}

/** `factsOf`: what the provider has said of a symbol so far; its choice for a plain ticker is known from there. */
export function createListingMatch(factsOf: (symbol: string) => ProviderFacts): ListingMatch {
  const byForm = new Map<string, string>();
  const byTicker = new Map<string, Candidate[]>();

  const add = (symbol: string, isGone: boolean) => {
    const { ticker, exchange } = partsOf(symbol);
    const key = ticker.toUpperCase();
    if (!isGone) byForm.set(toProviderSymbol(symbol).toUpperCase(), symbol);
    const others = byTicker.get(key) ?? [];
    const candidate = { symbol, exchange, isGone };
    byTicker.set(key, exchange === undefined ? [candidate, ...others] : [...others, candidate]);
  };
  const found = (name: string) => byTicker.get(name) ?? byTicker.get(name.toUpperCase()) ?? [];
  const wanted = (name: string) => found(name).filter(({ isGone }) => !isGone);

  const of = (listing: ProviderListing): string | undefined => {
    const all = found(listing.symbol);
    const [only] = all;
    if (only === undefined) return byForm.get(listing.symbol.toUpperCase());
    if (all.length === 1) return only.isGone || contradicts(only, listing) ? undefined : only.symbol;
    const chosen = choose(all, listing, factsOf);
    return chosen === undefined || chosen.isGone ? undefined : chosen.symbol;
  };

  return {
    set: (symbols, gone) => {
      byForm.clear();
      byTicker.clear();
      const now = new Set(symbols);
      for (const symbol of now) add(symbol, false);
      for (const symbol of gone) if (!now.has(symbol)) add(symbol, true);
    },
    byName: (name) => byForm.get(name.toUpperCase()) ?? wanted(name)[0]?.symbol,
    of,
    candidates: (name) => wanted(name).map(({ symbol }) => symbol),
  };
}

/** Is the price of another exchange than the one asked for? */
const contradicts = ({ exchange }: Candidate, listing: ProviderListing): boolean =>
  exchange !== undefined && saysExchange(listing) && !isAt(exchange, listing);

const saysExchange = ({ exchange, micCode }: ProviderFacts) =>
  exchange !== undefined || micCode !== undefined;

function choose(
  all: readonly Candidate[],
  listing: ProviderListing,
  factsOf: (symbol: string) => ProviderFacts,
): Candidate | undefined {
  if (saysExchange(listing)) {
    const named = all.find(({ exchange }) => exchange !== undefined && isAt(exchange, listing));
    if (named !== undefined) return named;
    // Of the plain one the provider has said where it is, or says it now.
    const plain = all.find(({ exchange }) => exchange === undefined);
    const facts = plain === undefined ? {} : factsOf(plain.symbol);
    return !saysExchange(facts) || isSame(facts, listing) ? plain : undefined;
  }
  const alive = all.filter(({ isGone }) => !isGone);
  if (alive.length === 1) return alive[0];
  const { currency } = listing;
  if (currency === undefined) return undefined;
  const fitting = alive.filter((one) => currencyOf(one, factsOf) === currency.toUpperCase());
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** What a listing's prices are in: as the provider said, else as its exchange has it; a plain ticker is American until then. */
function currencyOf({ symbol, exchange }: Candidate, factsOf: (symbol: string) => ProviderFacts): string {
  const facts = factsOf(symbol);
  const at = facts.micCode ?? facts.exchange ?? exchange;
  return facts.currency?.toUpperCase() ?? (at === undefined ? undefined : exchangeOf(at)?.currency) ?? 'USD';
}

/** Is the listing at the exchange of that name? Euronext is one name for several. */
function isAt(exchange: string, { exchange: said, micCode }: ProviderFacts): boolean {
  return [micCode, said].some((name) => name !== undefined && isOne(exchange, name));
}

const isSame = (one: ProviderFacts, other: ProviderFacts): boolean =>
  [one.micCode, one.exchange].some((name) => name !== undefined && isAt(name, other));

function isOne(one: string, other: string): boolean {
  const [a, b] = [exchangeName(one), exchangeName(other)];
  if (a === b) return true;
  const isFamily = a === 'EURONEXT' || b === 'EURONEXT';
  return isFamily && exchangeOf(one)?.market === 'euronext' && exchangeOf(other)?.market === 'euronext';
}
