import type { ProviderFacts } from '../../../schema/symbol/instrument.ts';
import { createListingMatch } from './listing-match.ts';
import { toProviderSymbol } from '../provider-symbol.ts';
import type { RefusedSymbol } from '../feed-event.ts';
import type { ProviderListing } from './twelvedata-frame.ts';

/** Bookkeeping of subscriptions: which symbols are wanted, requested, accepted and refused. */
export interface SubscriptionBook {
  readonly want: (symbols: ReadonlySet<string>) => void;
  /** A new socket has no subscriptions: all wanted symbols that were not refused lately have to be requested. */
  readonly restart: () => void;
  /** Provider symbols to subscribe and to unsubscribe now; they count as requested from here on. */
  readonly takeChanges: (now: number) => {
    readonly add: readonly string[];
    readonly remove: readonly string[];
  };
  /** Public name of a provider's symbol, by its name alone; undefined where it is not subscribed. */
  readonly publicName: (provider: string) => string | undefined;
  /** The symbol that a price belongs to; undefined where it is not subscribed, or may be one of several. */
  readonly ofPrice: (listing: ProviderListing) => string | undefined;
  /** The symbol that an acknowledgement or refusal belongs to: without an exchange, the first of several that has no answer yet. */
  readonly ofAnswer: (listing: ProviderListing) => string | undefined;
  /** Symbols that a name without an exchange may mean. */
  readonly candidates: (provider: string) => readonly string[];
  /** Returns true where that changed something. */
  readonly accept: (symbol: string) => boolean;
  readonly refuse: (symbol: string, reason: string, now: number) => boolean;
  /** Symbols requested before that time, and neither accepted nor refused. Returns each once. */
  readonly overdue: (requestedBefore: number) => readonly string[];
  readonly isAccepted: (symbol: string) => boolean;
  /** Symbols that the provider may send: requested, and not refused. */
  readonly expected: () => readonly string[];
  readonly refused: () => readonly RefusedSymbol[];
}

interface Requested {
  readonly at: number;
  /**
   * `overdue`: reported as unacknowledged. `left`: no longer wanted, but not yet unsubscribed; who wants it again waits for a new answer.
   */
  state: 'requested' | 'accepted' | 'overdue' | 'left';
}

export interface SubscriptionBookOptions {
  /** A refused symbol is requested again after this, ms. */
  readonly retryRefusedMs: number;
  /** The provider's facts about a symbol so far. @default none */
  readonly factsOf?: (symbol: string) => ProviderFacts;
}

/** Unsubscribed symbols that are remembered for one socket, lest a late price of theirs is taken for another listing's. */
const maxGone = 1_000;

export function createSubscriptionBook({
  retryRefusedMs,
  factsOf = () => ({}),
}: SubscriptionBookOptions): SubscriptionBook {
  let wanted: ReadonlySet<string> = new Set();
  const requested = new Map<string, Requested>();
  const refused = new Map<string, { reason: string; at: number }>();
  const gone = new Set<string>();
  const match = createListingMatch(factsOf);

  return {
    want: (symbols) => {
      wanted = new Set(symbols);
      for (const symbol of refused.keys()) if (!wanted.has(symbol)) refused.delete(symbol);
      for (const [symbol, entry] of requested) if (!wanted.has(symbol)) entry.state = 'left';
      match.set(wanted, gone);
    },
    restart: () => {
      requested.clear();
      gone.clear();
      match.set(wanted, gone);
    },
    takeChanges: (now) => {
      const remove = [...requested.keys()].filter((symbol) => requested.get(symbol)!.state === 'left');
      for (const symbol of remove) {
        requested.delete(symbol);
        if (gone.size < maxGone) gone.add(symbol);
      }
      if (remove.length > 0) match.set(wanted, gone);
      const isDue = (symbol: string) => now - (refused.get(symbol)?.at ?? -Infinity) >= retryRefusedMs;
      const add = [...wanted].filter((symbol) => !requested.has(symbol) && isDue(symbol));
      for (const symbol of add) requested.set(symbol, { at: now, state: 'requested' });
      return { add: add.map(toProviderSymbol), remove: remove.map(toProviderSymbol) };
    },
    publicName: match.byName,
    ofPrice: match.of,
    ofAnswer: (listing) => {
      const symbol = match.of(listing);
      if (symbol !== undefined || listing.exchange !== undefined || listing.micCode !== undefined)
        return symbol;
      const isOpen = (one: string) => requested.get(one)?.state !== 'accepted';
      return match.candidates(listing.symbol).find(isOpen) ?? match.byName(listing.symbol);
    },
    candidates: match.candidates,
    accept: (symbol) => {
      const entry = requested.get(symbol);
      const wasRefused = refused.delete(symbol);
      if (entry === undefined || (entry.state === 'accepted' && !wasRefused)) return false;
      entry.state = 'accepted';
      return true;
    },
    refuse: (symbol, reason, now) => {
      requested.delete(symbol);
      const isNew = refused.get(symbol)?.reason !== reason;
      refused.set(symbol, { reason, at: now });
      return isNew;
    },
    overdue: (requestedBefore) =>
      [...requested].flatMap(([symbol, entry]) => {
        if (entry.state !== 'requested' || entry.at > requestedBefore) return [];
        entry.state = 'overdue';
        return symbol;
      }),
    isAccepted: (symbol) => requested.get(symbol)?.state === 'accepted',
    expected: () => [...requested.keys()],
    refused: () => [...refused].map(([symbol, { reason }]) => ({ symbol, reason })),
  };
}
