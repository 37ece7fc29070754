import { Subject, type Observable } from 'rxjs';
import { type Instrument, instrumentOf, type ProviderFacts } from '../../schema/instrument.ts';

/** Where the provider said it: what the socket says of a symbol stands, for its prices come from there. */
type FactSource = 'socket' | 'rest';

/** What is known of each symbol, by the provider's word where it has given one. */
export interface Instruments {
  readonly of: (symbol: string) => Instrument;
  readonly facts: (symbol: string) => ProviderFacts;
  readonly learn: (symbol: string, facts: ProviderFacts, source: FactSource) => void;
  /** A symbol turned out to be something else than was believed, or to keep other hours: what was made of it is void. */
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
    // Asked at every tick. Anybody may ask for a name, so their number is bounded.
    if (known.size < mostKnown) known.set(symbol, instrument);
    return instrument;
  };

  return {
    of,
    facts: (symbol) => facts.get(symbol) ?? {},
    learn: (symbol, said, source) => {
      const old = facts.get(symbol) ?? {};
      const stands = source === 'rest' && bySocket.has(symbol);
      const next = merged(old, said, stands);
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

/** The old facts with the new ones over them, or, where the old ones stand, under them. */
function merged(old: ProviderFacts, said: ProviderFacts, stands: boolean): ProviderFacts {
  const next: Partial<Record<(typeof names)[number], string>> = {};
  for (const name of names) {
    const [first, second] = stands ? [old[name], said[name]] : [said[name], old[name]];
    const value = first || second;
    if (value) next[name] = value;
  }
  return next;
}
