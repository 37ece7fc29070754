import { BehaviorSubject, Subject, type Observable, type SchedulerLike } from 'rxjs';
import type { WatchAnswer } from '../../schema/symbol/watch-answer.ts';
import { createGuestSymbol, type GuestSymbol } from './guest-symbol.ts';
import { createRefusedSymbols } from './refused-symbols.ts';
import { createRequestShares } from './request-shares.ts';

/** The provider's answer about a symbol; `unanswered`: there was none in time. */
export interface SymbolVerdict {
  readonly symbol: string;
  readonly word: 'accepted' | 'refused' | 'unanswered';
}

/** A symbol that clients want or wanted, and that is no longer watched: refused, or displaced by another. */
export interface LostSymbol {
  readonly symbol: string;
  readonly why: Extract<WatchAnswer, 'symbol_unknown' | 'symbol_limit'>;
}

export interface WatchListOptions {
  readonly clock: SchedulerLike;
  /** The configured symbols, watched from start to stop. */
  readonly always: readonly string[];
  /** The plan's limit, `always` included. */
  readonly max: number;
  /** How long a symbol stays watched after its last subscriber left, ms. @default 10 minutes */
  readonly releaseAfterMs?: number;
  /** How long to wait for the provider's answer about a new symbol before it is admitted provisionally, ms. @default 5 s */
  readonly verdictWithinMs?: number;
  /** A provisional symbol may be displaced by another after this, ms. @default 60 s */
  readonly trustMs?: number;
  /** New symbols requested from the provider in a minute at most: it allows 100 client frames. @default 30 */
  readonly asksPerMinute?: number;
  readonly verdicts$: Observable<SymbolVerdict>;
  /** Must a symbol stay although nobody subscribes, because one of its signals is open? @default never */
  readonly isNeeded?: (symbol: string) => boolean;
}

export interface WatchList {
  /** The symbols to subscribe upstream; emits the current set at once, then each change. */
  readonly symbols$: Observable<ReadonlySet<string>>;
  readonly current: () => ReadonlySet<string>;
  /** Those of them worth an actor and REST credits, which a client's misspelling is not. Emits the current set at once, then each change. */
  readonly followed$: Observable<ReadonlySet<string>>;
  readonly followed: () => ReadonlySet<string>;
  readonly lost$: Observable<LostSymbol>;
  /**
   * Takes one reference on a symbol for an address, adding it where the plan has room. Each `ok` must be matched by one `release` of
   * the same.
   */
  readonly watch: (symbol: string, address?: string) => Promise<WatchAnswer>;
  readonly release: (symbol: string, address?: string) => void;
  readonly close: () => void;
}

/**
 * The watched symbols: the configured ones always, guests while a client wants them and the plan has room. During an outage of the
 * provider nobody knows which symbols exist: a new one is admitted provisionally, is dropped if the provider refuses it later, and
 * may be displaced by another where there is no room. Where there is none, the guest that nobody has subscribed to for longest gives way
 * at once, and an address that holds two guests more than the one that asks gives one up: nobody keeps others out.
 */
export function createWatchList(options: WatchListOptions): WatchList {
  const { clock, always, max, verdicts$, releaseAfterMs = 600_000 } = options;
  const { verdictWithinMs = 5_000, trustMs = 60_000, asksPerMinute = 30, isNeeded = () => false } = options;
  const configured = new Set(always);
  const guests = new Map<string, GuestSymbol>();
  /** Guests that the provider has accepted. They give way only while idle, or where one address holds too many. */
  const accepted = new Set<string>();
  const refused = createRefusedSymbols(clock, releaseAfterMs);
  const symbols = new BehaviorSubject<ReadonlySet<string>>(configured);
  const followed = new BehaviorSubject<ReadonlySet<string>>(configured);
  const lost$ = new Subject<LostSymbol>();
  const requests = createRequestShares({ clock, perMinute: asksPerMinute });

  const drop = (symbol: string, guest: GuestSymbol) => {
    guests.delete(symbol);
    accepted.delete(symbol);
    guest.close();
    without(symbols, symbol);
    without(followed, symbol);
  };

  const expel = (symbol: string, guest: GuestSymbol, why: LostSymbol['why']) => {
    drop(symbol, guest);
    guest.resolve(why);
    lost$.next({ symbol, why });
  };

  /** Displaces another guest where there is no room: an idle one, else the oldest provisional one, else one of who has the most. */
  const makeRoom = (address: string): boolean => {
    if (symbols.value.size < max) return true;
    const free = [...guests].filter(([symbol]) => !isNeeded(symbol));
    const idle = longestIdle(free);
    if (idle !== undefined) {
      drop(...idle);
      return true;
    }
    const displaced =
      free.find(([symbol, { since }]) => !accepted.has(symbol) && clock.now() - since >= trustMs) ??
      ofLargestHolder(free, address);
    if (displaced === undefined) return false;
    expel(...displaced, 'symbol_limit');
    return true;
  };

  const admit = (symbol: string, address: string): GuestSymbol => {
    const guest = createGuestSymbol({
      clock,
      answerWithinMs: verdictWithinMs,
      releaseAfterMs,
      isNeeded: () => isNeeded(symbol),
      onLeave: () => drop(symbol, guest),
    });
    guests.set(symbol, guest);
    requests.count(address);
    // A symbol with an open signal was accepted before, and is followed during an outage of the provider too.
    if (isNeeded(symbol)) add(followed, symbol);
    add(symbols, symbol);
    return guest;
  };

  const verdicts = verdicts$.subscribe(({ symbol, word }) => {
    const guest = guests.get(symbol);
    if (guest === undefined) return;
    if (word === 'refused') {
      // One that was accepted before may be accepted again, as a configured one may.
      if (accepted.has(symbol)) return;
      refused.add(symbol);
      expel(symbol, guest, 'symbol_unknown');
      return;
    }
    if (word === 'accepted') accepted.add(symbol);
    add(followed, symbol);
    guest.resolve('ok');
  });

  return {
    symbols$: symbols.asObservable(),
    current: () => symbols.value,
    followed$: followed.asObservable(),
    followed: () => followed.value,
    lost$: lost$.asObservable(),
    watch: (symbol, address = '') => {
      if (configured.has(symbol)) return Promise.resolve('ok');
      const present = guests.get(symbol);
      if (present === undefined && refused.has(symbol)) return Promise.resolve('symbol_unknown');
      if (present === undefined && !(requests.mayAsk(address) && makeRoom(address)))
        return Promise.resolve('symbol_limit');
      const guest = present ?? admit(symbol, address);
      guest.retain(address);
      return guest.answer;
    },
    release: (symbol, address = '') => guests.get(symbol)?.release(address),
    close: () => {
      verdicts.unsubscribe();
      for (const guest of guests.values()) guest.close();
      for (const each of [symbols, followed, lost$]) each.complete();
    },
  };
}

type Guest = readonly [symbol: string, guest: GuestSymbol];

/** The guest that has been without a reference for longest. */
function longestIdle(guests: readonly Guest[]): Guest | undefined {
  const idle = guests.filter(([, guest]) => guest.idleSince() !== undefined);
  return idle.toSorted(([, a], [, b]) => a.idleSince()! - b.idleSince()!)[0];
}

/**
 * Of the address that holds the most guests, the one with the fewest other holders, the newest of them; undefined where nobody holds at
 * least two more than `address`.
 */
function ofLargestHolder(guests: readonly Guest[], address: string): Guest | undefined {
  const counts = new Map<string, number>();
  for (const [, guest] of guests)
    for (const holder of guest.holders()) counts.set(holder, (counts.get(holder) ?? 0) + 1);
  const [largest] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (largest === undefined || largest[1] < (counts.get(address) ?? 0) + 2) return undefined;
  return guests
    .filter(([, guest]) => guest.holders().has(largest[0]))
    .toReversed()
    .toSorted(([, a], [, b]) => a.holders().size - b.holders().size)[0];
}

function add(set: BehaviorSubject<ReadonlySet<string>>, symbol: string): void {
  if (!set.value.has(symbol)) set.next(new Set(set.value).add(symbol));
}

function without(set: BehaviorSubject<ReadonlySet<string>>, symbol: string): void {
  const rest = new Set(set.value);
  if (rest.delete(symbol)) set.next(rest);
}
