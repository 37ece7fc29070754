import {
  filter,
  firstValueFrom,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  pairwise,
  share,
  startWith,
  Subject,
  tap,
} from 'rxjs';
import { ClockSetError, restartWhenSet } from '../clock/restart-when-set.ts';
import type { Interruption } from '../provider/interruptions.ts';
import type { MarketTime } from '../provider/market-time.ts';
import type { Provider } from '../provider/open-provider.ts';
import { type AwaitedStarts, createAwaitedStarts } from './awaited-starts.ts';
import { createOutsideSymbols, type OutsideSymbols } from './outside-symbols.ts';
import { perSymbol } from './per-symbol.ts';
import { symbolActor, type SymbolActorOptions } from './symbol-actor.ts';
import type { Histories } from './symbol-histories.ts';
import { type SymbolInput, symbolOfInput, type SymbolOutput } from './symbol-messages.ts';
import { SymbolUnavailableError } from './symbol-unavailable.ts';

/** What an actor is given by the stream of all: its time, its provider, and what is going on as it starts. */
type Given = 'clock' | 'letInputFirst' | 'slices' | 'isLive' | 'lagOf' | 'ask' | 'ongoing';

export interface SymbolsOptions {
  readonly time: MarketTime;
  readonly provider: Pick<Provider, 'watchList' | 'ticks$' | 'unheard$' | 'lags' | 'rest'>;
  readonly actor: Omit<SymbolActorOptions, Given>;
  /** Symbols that turned out to be something else than was believed: their windows were cut by hours that they do not keep. */
  readonly changed$: Observable<string>;
  /** Must a symbol that only posts bring keep its actor: is one of its signals open? */
  readonly isNeeded: (symbol: string) => boolean;
  /** Symbols that only posts bring, at most. @default as `createOutsideSymbols` */
  readonly mostOutside?: number;
  /** A symbol is watched from now on. */
  readonly onWatched: (symbol: string) => void;
  /** A symbol failed and starts again. */
  readonly onRestart: (symbol: string, error: unknown) => void;
  /** A symbol failed too often and stands still. */
  readonly onStop: (symbol: string, error: unknown) => void;
}

export interface Symbols extends Pick<AwaitedStarts, 'isRunning' | 'stopped'> {
  readonly outputs$: Observable<SymbolOutput>;
  /** The closed candles of each symbol, as its actor has them. */
  readonly histories: ReadonlyMap<string, Histories>;
  /** Symbols that only posts bring. */
  readonly outside: Pick<OutsideSymbols, 'has' | 'names' | 'size'>;
  /** Tells a symbol's actor something, and starts it where there is none. Rejects with SymbolUnavailableError. */
  readonly tell: (input: SymbolInput) => Promise<void>;
  /** Symbols that are watched no more, after their actor has ended. */
  readonly released$: Observable<string>;
  /** Symbols whose actor has just failed, whether it starts again or not: what it had in hand is lost. */
  readonly failed$: Observable<string>;
  readonly close: () => void;
}

/** One actor a symbol, from what comes in to what it says. Nothing flows until somebody subscribes. */
export function symbols(options: SymbolsOptions): Symbols {
  const { time, provider } = options;
  const { followed, followed$ } = provider.watchList;
  const starts = createAwaitedStarts();
  const histories = new Map<string, Histories>();
  const released$ = new Subject<string>();
  const gone$ = new Subject<string>();
  const failed$ = new Subject<string>();
  const told$ = new Subject<SymbolInput>();
  let ongoing: Interruption | undefined;

  const release = (symbol: string) => {
    released$.next(symbol);
    starts.forget(symbol);
    histories.delete(symbol);
    gone$.next(symbol);
  };
  const outside = createOutsideSymbols({
    isNeeded: options.isNeeded,
    release,
    ...(options.mostOutside !== undefined && { most: options.mostOutside }),
  });
  const lose = (symbol: string) => {
    starts.pause(symbol);
    failed$.next(symbol);
  };
  const watched$ = followed$.pipe(
    newcomers(release),
    tap((symbol) => {
      options.onWatched(symbol);
      // One known from posts alone becomes a live one: its actor begins anew.
      if (!outside.delete(symbol)) return;
      starts.pause(symbol);
      released$.next(symbol);
    }),
    map((symbol): SymbolInput => ({ kind: 'watch', symbol })),
  );
  // Noted from the start, whether the time is known or not: the first interruption begins with the first tick.
  const noted$ = provider.unheard$.pipe(
    tap((interruption) => {
      ongoing = interruption.to === Infinity ? interruption : undefined;
    }),
    ignoreElements(),
  );
  const actor = symbolActor({
    ...options.actor,
    ...time.pace,
    clock: time.clock,
    isLive: (symbol) => followed().has(symbol),
    lagOf: provider.lags.of,
    ask: (request) => provider.rest.timeSeries(request),
    ongoing: () => ongoing ?? time.missedAtStart(),
  });
  const outputs$ = merge(noted$, inputsOf(options, watched$), told$).pipe(
    perSymbol<SymbolInput, SymbolOutput>(
      (inputs, symbol) => restartWhenSet(actor(inputs, symbol), time.set$),
      {
        symbolOf: symbolOfInput,
        released$,
        onRestart: (symbol, error) => {
          lose(symbol);
          if (!(error instanceof ClockSetError)) options.onRestart(symbol, error);
        },
        onStop: (symbol, error) => {
          starts.stop(symbol, error instanceof Error ? error.message : String(error));
          failed$.next(symbol);
          options.onStop(symbol, error);
        },
      },
    ),
    tap((output) => {
      if (output.kind !== 'started') return;
      histories.set(output.symbol, output.histories);
      starts.start(output.symbol);
    }),
    share(),
  );

  /** Its actor begins anew, by the right hours. */
  const changes = options.changed$.subscribe((symbol) => {
    if (!time.isKnown() || !(followed().has(symbol) || outside.has(symbol))) return;
    lose(symbol);
    released$.next(symbol);
    told$.next({ kind: 'watch', symbol });
  });

  return {
    outputs$,
    histories,
    isRunning: starts.isRunning,
    stopped: starts.stopped,
    outside,
    released$: gone$,
    failed$,
    tell: teller(options, outside, starts, told$),
    close: () => changes.unsubscribe(),
  };
}

/** What reaches the actors from the provider. A clock that follows the feed stands still until the first tick; so do they. */
function inputsOf(
  { time, provider: { ticks$, unheard$, watchList } }: SymbolsOptions,
  watched$: Observable<SymbolInput>,
): Observable<SymbolInput> {
  return merge(
    ticks$.pipe(
      // Others may still come, and would start an actor that takes its symbol for one of posts alone.
      filter((tick) => watchList.followed().has(tick.symbol)),
      map((tick): SymbolInput => ({ kind: 'tick', tick })),
    ),
    time
      .onceKnown(unheard$, ticks$)
      .pipe(
        mergeMap((interruption) =>
          Array.from(watchList.followed(), (symbol): SymbolInput => ({ ...interruption, symbol })),
        ),
      ),
    time.onceKnown(watched$, ticks$),
  );
}

/** The symbols that a set has gained at each change, after those that it has lost were released. */
const newcomers =
  (release: (symbol: string) => void) =>
  (followed$: Observable<ReadonlySet<string>>): Observable<string> =>
    followed$.pipe(
      startWith(new Set<string>()),
      pairwise(),
      mergeMap(([before, after]) => {
        for (const symbol of before) if (!after.has(symbol)) release(symbol);
        return from([...after].filter((symbol) => !before.has(symbol)));
      }),
    );

function teller(
  { time, provider: { watchList, ticks$ } }: SymbolsOptions,
  outside: OutsideSymbols,
  starts: AwaitedStarts,
  told$: Subject<SymbolInput>,
): Symbols['tell'] {
  return async (input) => {
    const symbol = symbolOfInput(input);
    if (!time.isKnown()) {
      if (input.kind !== 'watch')
        throw new SymbolUnavailableError('no tick has told the time of the market yet', 'time_unknown');
      await firstValueFrom(ticks$);
    }
    if (!watchList.followed().has(symbol)) outside.take(symbol);
    if (!starts.isRunning(symbol)) {
      const started = starts.started(symbol);
      told$.next({ kind: 'watch', symbol });
      await started;
    }
    told$.next(input);
  };
}
