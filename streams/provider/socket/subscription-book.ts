import type { ProviderFacts } from '../../../schema/instrument.ts';
import { createListingMatch } from './listing-match.ts';
import { toProviderSymbol } from '../provider-symbol.ts';
import type { RefusedSymbol } from '../feed-event.ts';
import type { ProviderListing } from './twelvedata-frame.ts';

/** What stands between the symbols that are wanted and the ones the provider sends. */
export interface SubscriptionBook {
  readonly want: (symbols: ReadonlySet<string>) => void;
  /** A new socket knows nothing: all that is wanted, and not lately refused, has to be asked for. */
  readonly restart: () => void;
  /** Provider symbols to subscribe and to unsubscribe now; they count as asked from here on. */
  readonly takeChanges: (now: number) => {
    readonly add: readonly string[];
    readonly remove: readonly string[];
  };
  /** Public name of a symbol the provider sends, by its name alone, or undefined where nobody asked for it. */
  readonly publicName: (provider: string) => string | undefined;
  /** Which symbol a price is of; undefined where nobody asked for it, or where it may be one of several. */
  readonly ofPrice: (listing: ProviderListing) => string | undefined;
  /** Which symbol an acknowledgement or a refusal is of: without an exchange, the first of several that has no answer yet. */
  readonly ofAnswer: (listing: ProviderListing) => string | undefined;
  /** Symbols that a name without an exchange may mean. */
  readonly candidates: (provider: string) => readonly string[];
  /** True where that changed something. */
  readonly accept: (symbol: string) => boolean;
  readonly refuse: (symbol: string, reason: string, now: number) => boolean;
  /** Asked longer ago than that, and neither accepted nor refused. */
  readonly overdue: (askedBefore: number) => readonly string[];
  readonly isAccepted: (symbol: string) => boolean;
  /** Symbols that the provider may send: asked for, and not refused. */
  readonly expected: () => readonly string[];
  readonly refused: () => readonly RefusedSymbol[];
}

interface Asked {
  readonly at: number;
  /** `left`: nobody wants it, and the provider has not been told yet. Whoever wants it again waits for a new word. */
  state: 'asked' | 'accepted' | 'silent' | 'left';
}

export interface SubscriptionBookOptions {
  /** A refused symbol is asked for again after this, ms. */
  readonly retryRefusedMs: number;
  /** What the provider has said of a symbol so far. @default nothing */
  readonly factsOf?: (symbol: string) => ProviderFacts;
}

/** Symbols unsubscribed on one socket that are remembered, lest a late price of theirs be taken for another's. */
const maxGone = 1_000;

export function createSubscriptionBook({
  retryRefusedMs,
  factsOf = () => ({}),
}: SubscriptionBookOptions): SubscriptionBook {
  let wanted: ReadonlySet<string> = new Set();
  const asked = new Map<string, Asked>();
  const refused = new Map<string, { reason: string; at: number }>();
  const gone = new Set<string>();
  const match = createListingMatch(factsOf);

  return {
    want: (symbols) => {
      wanted = new Set(symbols);
      for (const symbol of refused.keys()) if (!wanted.has(symbol)) refused.delete(symbol);
      for (const [symbol, entry] of asked) if (!wanted.has(symbol)) entry.state = 'left';
      match.set(wanted, gone);
    },
    restart: () => {
      asked.clear();
      gone.clear();
      match.set(wanted, gone);
    },
    takeChanges: (now) => {
      const remove = [...asked.keys()].filter((symbol) => asked.get(symbol)!.state === 'left');
      for (const symbol of remove) {
        asked.delete(symbol);
        if (gone.size < maxGone) gone.add(symbol);
      }
      if (remove.length > 0) match.set(wanted, gone);
      const isDue = (symbol: string) => now - (refused.get(symbol)?.at ?? -Infinity) >= retryRefusedMs;
      const add = [...wanted].filter((symbol) => !asked.has(symbol) && isDue(symbol));
      for (const symbol of add) asked.set(symbol, { at: now, state: 'asked' });
      return { add: add.map(toProviderSymbol), remove: remove.map(toProviderSymbol) };
    },
    publicName: match.byName,
    ofPrice: match.of,
    ofAnswer: (listing) => {
      const symbol = match.of(listing);
      if (symbol !== undefined || listing.exchange !== undefined || listing.micCode !== undefined)
        return symbol;
      const isOpen = (one: string) => asked.get(one)?.state !== 'accepted';
      return match.candidates(listing.symbol).find(isOpen) ?? match.byName(listing.symbol);
    },
    candidates: match.candidates,
    accept: (symbol) => {
      const entry = asked.get(symbol);
      const wasRefused = refused.delete(symbol);
      if (entry === undefined || (entry.state === 'accepted' && !wasRefused)) return false;
      entry.state = 'accepted';
      return true;
    },
    refuse: (symbol, reason, now) => {
      asked.delete(symbol);
      const isNew = refused.get(symbol)?.reason !== reason;
      refused.set(symbol, { reason, at: now });
      return isNew;
    },
    overdue: (askedBefore) =>
      [...asked].flatMap(([symbol, entry]) => {
        if (entry.state !== 'asked' || entry.at > askedBefore) return [];
        entry.state = 'silent';
        return symbol;
      }),
    isAccepted: (symbol) => asked.get(symbol)?.state === 'accepted',
    expected: () => [...asked.keys()],
    refused: () => [...refused].map(([symbol, { reason }]) => ({ symbol, reason })),
  };
}
