import { Subject, type Observable } from 'rxjs';
import { type Instrument, instrumentOf, type ProviderFacts } from '../../schema/symbol/instrument.ts';

/** Where a fact comes from: the socket's facts take precedence over REST's, for the prices come from the socket. */
type FactSource = 'socket' | 'rest';

/** The known facts about each symbol: the provider's where it has stated them, else guessed from the name. */
export interface Instruments {
  readonly of: (symbol: string) => Instrument;
  readonly facts: (symbol: string) => ProviderFacts;
  readonly learn: (symbol: string, facts: ProviderFacts, source: FactSource) => void;
  /** Emits a symbol whose market or asset class turned out to be another: state built on the old one is invalid. */
  readonly changed$: Observable<string>;
  readonly forget: (symbol: string) => void;
}

const names = [
  'type',
  'exchange',
  'micCode',
  'country',
  'currency',
] as const satisfies (keyof ProviderFacts)[];

const mostKnown = 10_000;

export function createInstruments(): Instruments {
  const facts = new Map<string, ProviderFacts>();
  const bySocket = new Set<string>();
  const known = new Map<string, Instrument>();
  const changed$ = new Subject<string>();

  const of = (symbol: string): Instrument => {
    const before = known.get(symbol);
    if (before !== undefined) return before;
    const instrument = instrumentOf(symbol, facts.get(symbol));
    // Cached, for every tick asks. Clients may ask for any name, so the cache is bounded.
    if (known.size < mostKnown) known.set(symbol, instrument);
    return instrument;
  };

  return {
    of,
    facts: (symbol) => facts.get(symbol) ?? {},
    learn: (symbol, stated, source) => {
      const old = facts.get(symbol) ?? {};
      const keepsOld = source === 'rest' && bySocket.has(symbol);
      const next = merged(old, stated, keepsOld);
      if (source === 'socket') bySocket.add(symbol);
      if (names.every((name) => next[name] === old[name])) return;
      const before = of(symbol);
      facts.set(symbol, next);
      known.delete(symbol);
      const after = of(symbol);
      const isOther = after.market !== before.market || after.assetClass !== before.assetClass;
      if (isOther) changed$.next(symbol);
    },
    changed$: changed$.asObservable(),
    forget: (symbol) => {
      facts.delete(symbol);
      bySocket.delete(symbol);
      known.delete(symbol);
    },
  };
}

/** Old and new facts merged; in a conflict the new ones win, unless `keepsOld`. */
function merged(old: ProviderFacts, stated: ProviderFacts, keepsOld: boolean): ProviderFacts {
  const next: Partial<Record<(typeof names)[number], string>> = {};
  for (const name of names) {
    const [first, second] = keepsOld ? [old[name], stated[name]] : [stated[name], old[name]];
    const value = first || second;
    if (value) next[name] = value;
  }
  return next;
}
