import { BehaviorSubject, Subject, type Observable, type SchedulerLike, type Subscription } from 'rxjs';

/** The provider's word on a symbol that was asked for; `unanswered`: it had its time, and said nothing. */
export interface SymbolVerdict {
  readonly symbol: string;
  readonly word: 'accepted' | 'refused' | 'unanswered';
}

type WatchAnswer = 'ok' | 'symbol_unknown' | 'symbol_limit';

/** A symbol that somebody wants, or wanted, and that is watched no more: refused, or in another's way. */
export interface LostSymbol {
  readonly symbol: string;
  readonly why: Exclude<WatchAnswer, 'ok'>;
}

export interface WatchListOptions {
  readonly clock: SchedulerLike;
  /** Watched from start to stop. */
  readonly always: readonly string[];
  /** The plan's limit, `always` included. */
  readonly max: number;
  /** How long a symbol stays watched after its last subscriber left, ms. @default 10 minutes */
  readonly releaseAfterMs?: number;
  /** How long whoever asks for a new symbol waits for the provider's word before it is let in on trust, ms. @default 5 s */
  readonly verdictWithinMs?: number;
  /** A symbol let in on trust gives its place to another after this, ms. @default 60 s */
  readonly trustMs?: number;
  /** New symbols asked of the provider in a minute at most: it allows 100 client frames. @default 30 */
  readonly asksPerMinute?: number;
  readonly verdicts$: Observable<SymbolVerdict>;
  /** Must it stay although nobody subscribes: is one of its signals still open? @default never */
  readonly isNeeded?: (symbol: string) => boolean;
}

/** Refused symbols remembered, so that asking again costs the provider nothing. */
const maxRefused = 1_000;

export interface WatchList {
  /** The symbols to be subscribed upstream; the current set at once, then each change. */
  readonly symbols$: Observable<ReadonlySet<string>>;
  readonly current: () => ReadonlySet<string>;
  /** Those of them worth an actor and REST's credits: a client's misspelling is not. The current set at once, then each change. */
  readonly followed$: Observable<ReadonlySet<string>>;
  readonly followed: () => ReadonlySet<string>;
  readonly lost$: Observable<LostSymbol>;
  /** Takes one reference on a symbol, adding it where the plan has room. Each `ok` is owed one `release`. */
  readonly watch: (symbol: string) => Promise<WatchAnswer>;
  readonly release: (symbol: string) => void;
  readonly close: () => void;
}

/** A symbol that somebody asked for. */
interface Guest {
  readonly since: number;
  references: number;
  /** The provider knows it: its place is its own. */
  isConfirmed: boolean;
  /** Settled by the provider's word, or by its silence. */
  readonly answer: PromiseWithResolvers<WatchAnswer>;
  readonly patience: Subscription;
  leaving: Subscription | undefined;
}

/**
 * Which symbols are watched: the configured ones for ever, others while somebody wants them and the plan has room. While the
 * provider is away nobody knows whether it knows a symbol: such a one is let in on trust, is told when the provider refuses it
 * after all, and gives way to another where there is no room.
 */
export function createWatchList(options: WatchListOptions): WatchList {
  const { clock, always, max, verdicts$, releaseAfterMs = 600_000 } = options;
  const { verdictWithinMs = 5_000, trustMs = 60_000, asksPerMinute = 30, isNeeded = () => false } = options;
  const pinned = new Set(always);
  const guests = new Map<string, Guest>();
  const refused = new Map<string, number>();
  const symbols = new BehaviorSubject<ReadonlySet<string>>(pinned);
  const followed = new BehaviorSubject<ReadonlySet<string>>(pinned);
  const lost$ = new Subject<LostSymbol>();
  let asks: number[] = [];

  const drop = (symbol: string, guest: Guest) => {
    guests.delete(symbol);
    guest.patience.unsubscribe();
    guest.leaving?.unsubscribe();
    without(symbols, symbol);
    without(followed, symbol);
  };

  const dropLater = (symbol: string, guest: Guest) => {
    const due = () => (isNeeded(symbol) ? dropLater(symbol, guest) : drop(symbol, guest));
    guest.leaving = clock.schedule(due, releaseAfterMs);
  };

  const expel = (symbol: string, guest: Guest, why: LostSymbol['why']) => {
    drop(symbol, guest);
    guest.answer.resolve(why);
    lost$.next({ symbol, why });
  };

  const isRefused = (symbol: string) => {
    const at = refused.get(symbol);
    if (at !== undefined && clock.now() - at >= releaseAfterMs) refused.delete(symbol);
    return refused.has(symbol);
  };

  const refuse = (symbol: string, guest: Guest) => {
    refused.set(symbol, clock.now());
    const [oldest] = refused.keys();
    if (refused.size > maxRefused && oldest !== undefined) refused.delete(oldest);
    expel(symbol, guest, 'symbol_unknown');
  };

  const mayAsk = () => {
    asks = asks.filter((at) => clock.now() - at < 60_000);
    return asks.length < asksPerMinute;
  };

  /** The one that was let in on trust for longest gives way. */
  const makeRoom = (): boolean => {
    if (symbols.value.size < max) return true;
    const isIdle = ([symbol, { isConfirmed, since }]: [string, Guest]) =>
      !isConfirmed && clock.now() - since >= trustMs && !isNeeded(symbol);
    const idle = guests.entries().find(isIdle);
    if (idle === undefined) return false;
    expel(...idle, 'symbol_limit');
    return true;
  };

  const invite = (symbol: string): Guest => {
    const answer = Promise.withResolvers<WatchAnswer>();
    const guest: Guest = {
      since: clock.now(),
      references: 0,
      isConfirmed: false,
      answer,
      patience: clock.schedule(() => answer.resolve('ok'), verdictWithinMs),
      leaving: undefined,
    };
    guests.set(symbol, guest);
    asks.push(clock.now());
    // One with an open signal was known before, and is followed whether the provider is there or not.
    if (isNeeded(symbol)) add(followed, symbol);
    add(symbols, symbol);
    return guest;
  };

  const verdicts = verdicts$.subscribe(({ symbol, word }) => {
    const guest = guests.get(symbol);
    if (guest === undefined) return;
    if (word === 'refused') {
      // One that was known before may be known again, as a configured one may.
      if (!guest.isConfirmed) refuse(symbol, guest);
      return;
    }
    if (word === 'accepted') guest.isConfirmed = true;
    add(followed, symbol);
    guest.answer.resolve('ok');
  });

  return {
    symbols$: symbols.asObservable(),
    current: () => symbols.value,
    followed$: followed.asObservable(),
    followed: () => followed.value,
    lost$: lost$.asObservable(),
    watch: (symbol) => {
      if (pinned.has(symbol)) return Promise.resolve('ok');
      const present = guests.get(symbol);
      if (present === undefined && isRefused(symbol)) return Promise.resolve('symbol_unknown');
      if (present === undefined && !(mayAsk() && makeRoom())) return Promise.resolve('symbol_limit');
      const guest = present ?? invite(symbol);
      guest.leaving?.unsubscribe();
      guest.references++;
      return guest.answer.promise;
    },
    release: (symbol) => {
      const guest = guests.get(symbol);
      if (guest === undefined || --guest.references > 0) return;
      guest.references = 0;
      guest.leaving?.unsubscribe();
      dropLater(symbol, guest);
    },
    close: () => {
      verdicts.unsubscribe();
      for (const { patience, leaving } of guests.values()) {
        patience.unsubscribe();
        leaving?.unsubscribe();
      }
      symbols.complete();
      followed.complete();
      lost$.complete();
    },
  };
}

function add(set: BehaviorSubject<ReadonlySet<string>>, symbol: string): void {
  if (!set.value.has(symbol)) set.next(new Set(set.value).add(symbol));
}

function without(set: BehaviorSubject<ReadonlySet<string>>, symbol: string): void {
  const rest = new Set(set.value);
  if (rest.delete(symbol)) set.next(rest);
}
