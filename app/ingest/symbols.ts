import {
  filter,
  firstValueFrom,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  pairwise,
  share,
  skipUntil,
  startWith,
  Subject,
  switchMap,
  take,
  tap,
} from 'rxjs';
import { ClockSetError, restartWhenSet } from '../../streams/clock/restart-when-set.ts';
import type { Interruption } from '../../streams/provider/interruptions.ts';
import { perSymbol } from '../../streams/symbol/per-symbol.ts';
import { symbolActor } from '../../streams/symbol/symbol-actor.ts';
import { type SymbolInput, symbolOfInput, type SymbolOutput } from '../../streams/symbol/symbol-messages.ts';
import { actorOptions } from './actor-options.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';
import type { WrittenStorage } from './ingest.ts';
import { createOutsideSymbols, type OutsideSymbols } from './outside-symbols.ts';
import { createSymbolStatus, type SymbolStatus, SymbolUnavailableError } from './symbol-status.ts';
import type { Upstream } from './upstream.ts';
import { visitorsOf } from '../visitors.ts';

export interface Symbols {
  readonly outputs$: Observable<SymbolOutput>;
  readonly status: SymbolStatus;
  readonly outside: Pick<OutsideSymbols, 'has' | 'names' | 'size'>;
  /** Tells a symbol's actor something, and starts it where there is none. Rejects with SymbolUnavailableError. */
  readonly tell: (input: SymbolInput) => Promise<void>;
  /** Symbols that are watched no more, after their actor has ended. */
  readonly released$: Observable<string>;
  /** Symbols whose actor has just failed, whether it starts again or not: what it had in hand is lost. */
  readonly failed$: Observable<string>;
  /** The feed has stopped, or is, being heard. */
  readonly interrupted: (interruption: Interruption) => void;
}

/** One actor a symbol, from what comes in to what it says. Nothing flows until somebody subscribes. */
export function openSymbols(
  context: Context,
  storage: WrittenStorage,
  analysis: Analysis,
  upstream: Upstream,
): Symbols {
  const { config, log, metrics, instruments, markets, now, isTimeKnown, feedClock, trusted, own } = context;
  const { watchList, ticks$, unheard$, lags } = upstream;
  const released$ = new Subject<string>();
  const gone$ = new Subject<string>();
  const failed$ = new Subject<string>();
  const told$ = new Subject<SymbolInput>();
  let ongoing: Interruption | undefined;

  const status = createSymbolStatus({
    now,
    isTimeKnown,
    markets,
    instruments,
    staleMs: config.TICK_STALE_MS,
    timeframes: config.TIMEFRAMES,
    pinned: new Set(config.SYMBOLS),
    isAnalysed: visitorsOf(config).isAnalysed,
    feedState: () => upstream.feedState$.value.state,
  });
  const release = (symbol: string) => {
    released$.next(symbol);
    status.forget(symbol);
    analysis.spreads.forget(symbol);
    analysis.profiles.forget(symbol);
    instruments.forget(symbol);
    lags.delete(symbol);
    for (const metric of [metrics.ticks, metrics.ticksLate, metrics.feedLag, metrics.actorRestarts])
      metric.remove({ symbol });
    gone$.next(symbol);
  };
  const outside = createOutsideSymbols({ isNeeded: (symbol) => analysis.isOpen(symbol), release });

  const watched$ = watchList.followed$.pipe(
    startWith(new Set<string>()),
    pairwise(),
    mergeMap(([before, after]) => {
      for (const symbol of before) if (!after.has(symbol)) release(symbol);
      const added = [...after].filter((symbol) => !before.has(symbol));
      // One known from posts alone becomes a live one: its actor begins anew.
      for (const symbol of added) {
        // It counts from 0, or its first failure would be no increase.
        metrics.actorRestarts.inc({ symbol }, 0);
        if (!outside.delete(symbol)) continue;
        status.pause(symbol);
        released$.next(symbol);
      }
      return from(added);
    }),
    map((symbol): SymbolInput => ({ kind: 'watch', symbol })),
  );
  const inputs$ = merge(
    ticks$.pipe(
      // Others may still come, and would start an actor that takes its symbol for one of posts alone.
      filter((tick) => watchList.followed().has(tick.symbol)),
      map((tick): SymbolInput => ({ kind: 'tick', tick })),
    ),
    // A clock that follows the feed stands still until the first tick; so do the actors.
    (feedClock === null ? unheard$ : unheard$.pipe(skipUntil(ticks$))).pipe(
      mergeMap((interruption) =>
        Array.from(watchList.followed(), (symbol): SymbolInput => ({ ...interruption, symbol })),
      ),
    ),
    feedClock === null
      ? watched$
      : ticks$.pipe(
          take(1),
          switchMap(() => watched$),
        ),
    told$,
  );
  /** A clock that follows the feed stands on a tick when an actor starts: what came at that very instant was not heard. */
  const startedOn = (): typeof ongoing =>
    feedClock === null
      ? undefined
      : { kind: 'interruption', from: now(), to: now() + 1, reason: 'the start' };
  const actor = symbolActor({
    ...actorOptions(context, storage, analysis, upstream),
    ongoing: () => ongoing ?? startedOn(),
  });
  const outputs$ = inputs$.pipe(
    perSymbol<SymbolInput, SymbolOutput>(
      (inputs, symbol) =>
        feedClock === null ? restartWhenSet(actor(inputs, symbol), trusted.set$) : actor(inputs, symbol),
      {
        symbolOf: symbolOfInput,
        released$,
        onRestart: (symbol, error) => {
          status.pause(symbol);
          failed$.next(symbol);
          if (error instanceof ClockSetError) return;
          metrics.actorRestarts.inc({ symbol });
          log.error({ err: error, symbol }, 'a symbol failed and starts again');
        },
        onStop: (symbol, error) => {
          status.stop(symbol, error instanceof Error ? error.message : String(error));
          failed$.next(symbol);
          log.error({ err: error, symbol }, 'a symbol failed too often and stands still');
        },
      },
    ),
    tap((output) => {
      if (output.kind === 'started') status.start(output.symbol, output.histories);
    }),
    share(),
  );

  /** Its windows were cut by hours that it does not keep: its actor begins anew, by the right ones. */
  const changes = instruments.changed$.subscribe((symbol) => {
    const { market, decidedBy } = instruments.of(symbol);
    log.info(
      { symbol, ...instruments.facts(symbol), market, decidedBy },
      'the provider says what a symbol is',
    );
    if (!isTimeKnown() || !(watchList.followed().has(symbol) || outside.has(symbol))) return;
    status.pause(symbol);
    failed$.next(symbol);
    released$.next(symbol);
    told$.next({ kind: 'watch', symbol });
  });
  own({ close: () => changes.unsubscribe() });

  return {
    outputs$,
    status,
    outside,
    released$: gone$,
    failed$,
    interrupted: (interruption) => {
      ongoing = interruption.to === Infinity ? interruption : undefined;
    },
    tell: async (input) => {
      const symbol = symbolOfInput(input);
      if (!isTimeKnown()) {
        if (input.kind !== 'watch')
          throw new SymbolUnavailableError('no tick has told the time of the market yet', 'time_unknown');
        await firstValueFrom(ticks$);
      }
      if (!watchList.followed().has(symbol)) outside.take(symbol);
      if (!status.isRunning(symbol)) {
        const started = status.started(symbol);
        told$.next({ kind: 'watch', symbol });
        await started;
      }
      told$.next(input);
    },
  };
}
