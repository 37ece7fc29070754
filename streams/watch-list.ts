import {
  BehaviorSubject,
  filter,
  firstValueFrom,
  map,
  of,
  timeout,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** The provider's word on a symbol that was asked for. */
export interface SymbolVerdict {
  readonly symbol: string;
  readonly accepted: boolean;
}

export type WatchAnswer = 'ok' | 'symbol_unknown' | 'symbol_limit';

export interface WatchListOptions {
  readonly clock: SchedulerLike;
  /** Watched from start to stop. */
  readonly always: readonly string[];
  /** The plan's limit, `always` included. */
  readonly max: number;
  /** How long a symbol stays watched after its last subscriber left, ms. @default 10 minutes */
  readonly releaseAfterMs?: number;
  /** How long to wait for the provider's word on a new symbol before taking it as known, ms. @default 5 s */
  readonly verdictWithinMs?: number;
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
  /** Takes one reference on a symbol, adding it where the plan has room. Each `ok` is owed one `release`. */
  readonly watch: (symbol: string) => Promise<WatchAnswer>;
  readonly release: (symbol: string) => void;
  readonly close: () => void;
}

/** Which symbols are watched: the configured ones for ever, others while somebody wants them and the plan has room. */
export function createWatchList(options: WatchListOptions): WatchList {
  const { clock, always, max, verdicts$, releaseAfterMs = 600_000 } = options;
  const { verdictWithinMs = 5_000, asksPerMinute = 30, isNeeded = () => false } = options;
  const pinned = new Set(always);
  const references = new Map<string, number>();
  const leaving = new Map<string, { unsubscribe: () => void }>();
  const verdictOf = new Map<string, Promise<boolean>>();
  const refused = new Map<string, number>();
  const symbols = new BehaviorSubject<ReadonlySet<string>>(pinned);
  let asks: number[] = [];

  const drop = (symbol: string) => {
    leaving.get(symbol)?.unsubscribe();
    leaving.delete(symbol);
    verdictOf.delete(symbol);
    references.delete(symbol);
    const rest = new Set(symbols.value);
    if (rest.delete(symbol)) symbols.next(rest);
  };

  const dropLater = (symbol: string) => {
    const due = () => (isNeeded(symbol) ? dropLater(symbol) : drop(symbol));
    leaving.set(symbol, clock.schedule(due, releaseAfterMs));
  };

  const isRefused = (symbol: string) => {
    const at = refused.get(symbol);
    if (at !== undefined && clock.now() - at >= releaseAfterMs) refused.delete(symbol);
    return refused.has(symbol);
  };

  const refuse = (symbol: string) => {
    if (symbols.value.has(symbol)) drop(symbol);
    refused.set(symbol, clock.now());
    const [oldest] = refused.keys();
    if (refused.size > maxRefused && oldest !== undefined) refused.delete(oldest);
  };

  const mayAsk = () => {
    asks = asks.filter((at) => clock.now() - at < 60_000);
    return symbols.value.size < max && asks.length < asksPerMinute;
  };

  const add = (symbol: string): Promise<boolean> => {
    const verdict = firstValueFrom(
      verdicts$.pipe(
        filter((word) => word.symbol === symbol),
        map((word) => word.accepted),
        timeout({ first: verdictWithinMs, scheduler: clock, with: () => of(true) }),
      ),
      { defaultValue: true },
    );
    verdictOf.set(symbol, verdict);
    asks.push(clock.now());
    symbols.next(new Set(symbols.value).add(symbol));
    return verdict;
  };

  return {
    symbols$: symbols.asObservable(),
    current: () => symbols.value,
    watch: async (symbol) => {
      if (pinned.has(symbol)) return 'ok';
      const isNew = !symbols.value.has(symbol);
      if (isRefused(symbol)) return 'symbol_unknown';
      if (isNew && !mayAsk()) return 'symbol_limit';
      leaving.get(symbol)?.unsubscribe();
      leaving.delete(symbol);
      references.set(symbol, (references.get(symbol) ?? 0) + 1);
      const accepted = await (isNew ? add(symbol) : (verdictOf.get(symbol) ?? true));
      if (accepted) return 'ok';
      refuse(symbol);
      return 'symbol_unknown';
    },
    release: (symbol) => {
      const left = (references.get(symbol) ?? 0) - 1;
      if (left > 0) references.set(symbol, left);
      if (left !== 0) return;
      references.delete(symbol);
      dropLater(symbol);
    },
    close: () => {
      for (const timer of leaving.values()) timer.unsubscribe();
      symbols.complete();
    },
  };
}
