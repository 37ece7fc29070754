import { exchangeName, exchangeOf } from '../../../schema/symbol/exchanges.ts';
import type { ProviderFacts } from '../../../schema/symbol/instrument.ts';
import { partsOf } from '../../../schema/symbol/symbol-parts.ts';
import { toProviderSymbol } from '../provider-symbol.ts';
import type { ProviderListing } from './twelvedata-frame.ts';

/** One of our symbols, under the ticker that the provider uses for it. */
interface Candidate {
  readonly symbol: string;
  /** The requested exchange; undefined: the provider's choice. */
  readonly exchange: string | undefined;
  /** Unsubscribed: a late price of it must not be taken for another listing's. */
  readonly isGone: boolean;
}

/** Maps the provider's listings to our symbols; several listings of one ticker are told apart by their exchange. */
export interface ListingMatch {
  readonly set: (wanted: Iterable<string>, gone: Iterable<string>) => void;
  /** By name alone: of several listings the one without an exchange. */
  readonly byName: (name: string) => string | undefined;
  /** By name and exchange, or currency where no exchange is stated; undefined where it is not subscribed or stays ambiguous. */
  readonly of: (listing: ProviderListing) => string | undefined;
  /** All symbols that the name may mean, the one without an exchange first. */
  readonly candidates: (name: string) => readonly string[];
}

/** `factsOf`: the provider's facts about a symbol so far, which include the exchange it chose for a plain ticker. */
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

/** Is the price from another exchange than the requested one? */
const contradicts = ({ exchange }: Candidate, listing: ProviderListing): boolean =>
  exchange !== undefined && statesExchange(listing) && !isAt(exchange, listing);

const statesExchange = ({ exchange, micCode }: ProviderFacts) =>
  exchange !== undefined || micCode !== undefined;

function choose(
  all: readonly Candidate[],
  listing: ProviderListing,
  factsOf: (symbol: string) => ProviderFacts,
): Candidate | undefined {
  if (statesExchange(listing)) {
    const named = all.find(({ exchange }) => exchange !== undefined && isAt(exchange, listing));
    if (named !== undefined) return named;
    // The exchange of the plain one is known from the provider's facts, or is stated now.
    const plain = all.find(({ exchange }) => exchange === undefined);
    const facts = plain === undefined ? {} : factsOf(plain.symbol);
    return !statesExchange(facts) || isSame(facts, listing) ? plain : undefined;
  }
  const alive = all.filter(({ isGone }) => !isGone);
  if (alive.length === 1) return alive[0];
  const { currency } = listing;
  if (currency === undefined) return undefined;
  const fitting = alive.filter((one) => currencyOf(one, factsOf) === currency.toUpperCase());
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Currency of a listing's prices: the provider's, else its exchange's; a plain ticker counts as American until either is known. */
function currencyOf({ symbol, exchange }: Candidate, factsOf: (symbol: string) => ProviderFacts): string {
  const facts = factsOf(symbol);
  const at = facts.micCode ?? facts.exchange ?? exchange;
  return facts.currency?.toUpperCase() ?? (at === undefined ? undefined : exchangeOf(at)?.currency) ?? 'USD';
}

/** Is the listing at the exchange of that name? Euronext is one name for several exchanges. */
function isAt(exchange: string, { exchange: stated, micCode }: ProviderFacts): boolean {
  return [micCode, stated].some((name) => name !== undefined && isOne(exchange, name));
}

const isSame = (one: ProviderFacts, other: ProviderFacts): boolean =>
  [one.micCode, one.exchange].some((name) => name !== undefined && isAt(name, other));

function isOne(one: string, other: string): boolean {
  const [a, b] = [exchangeName(one), exchangeName(other)];
  if (a === b) return true;
  const isFamily = a === 'EURONEXT' || b === 'EURONEXT';
  return isFamily && exchangeOf(one)?.market === 'euronext' && exchangeOf(other)?.market === 'euronext';
}
