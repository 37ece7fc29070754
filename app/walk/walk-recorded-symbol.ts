import { from, merge, share, startWith, Subject, Subscription } from 'rxjs';
import type { CandleColumns } from '../../models/candle-columns.ts';
import {
  analyseCloses,
  type AnalyseClosesOptions,
  type CloseVerdict,
} from '../../operators/analysis/analyse-closes.ts';
import { keepCandles } from '../../operators/candles/keep-candles.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Recorded } from '../../schema/recorded.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Interruption } from '../../streams/provider/interruptions.ts';
import {
  candleWindows,
  type CandleWindowsOptions,
  unsettledMs,
} from '../../streams/symbol/candle-windows.ts';
import { createEmptyWindows } from '../../streams/symbol/empty-windows.ts';
import { isDecided, type SymbolActorOptions } from '../../streams/symbol/symbol-actor.ts';
import { lastClose, restoredHistories, windowUpTo } from '../../streams/symbol/symbol-histories.ts';
import { createHeldVerdicts, type HeldVerdicts } from './held-verdicts.ts';
import type { Pending } from './pending.ts';
import type { WalkMemory } from './walk-memory.ts';
import { walkSignals } from './walk-signals.ts';

type Line<Kind extends string> = Extract<Recorded, { readonly kind: Kind }>;

export interface WalkRecordedOptions
  extends
    Omit<CandleWindowsOptions, 'marketOf' | 'gridOf'>,
    Pick<SymbolActorOptions, 'historySize' | 'marketOf' | 'gridOf' | 'jumpLimitsOf' | 'desk'> {
  /** @default those of the clock */
  readonly slices?: NonNullable<AnalyseClosesOptions['slices']>;
  /** Analyses that are already due when they begin. */
  readonly pending: Pending;
  readonly analyse: (columns: CandleColumns, candle: Candle) => Promise<CloseVerdict>;
  readonly memory: WalkMemory;
  /** The interruption in progress as it begins. */
  readonly ongoing: Interruption | undefined;
  readonly onSignal: (event: SignalEvent) => void;
  readonly onFailure: (error: unknown) => void;
}

/** One life of a symbol's actor, from its start in a recording to its end. */
export interface RecordedSymbol {
  readonly market: (input: MarketInput) => void;
  readonly backfilled: (line: Line<'backfilled'>) => void;
  readonly due: HeldVerdicts['due'];
  readonly end: () => void;
}

/**
 * A symbol's actor over what a server recorded, as `symbol-actor.ts` but for REST: what that answered is in the recording. It begins with what the
 * memory of the walk has of it, as a server begins with its store.
 */
export function walkRecordedSymbol(symbol: string, options: WalkRecordedOptions): RecordedSymbol {
  const { clock, timeframes, historySize, memory, ongoing, onFailure } = options;
  const market = options.marketOf(symbol);
  const gridOf = (timeframe: Timeframe) => options.gridOf(symbol, timeframe);
  const formingFrom = Math.min(...timeframes.map((timeframe) => gridOf(timeframe).openOf(clock.now())));
  const restored = memory.restored({ now: clock.now(), timeframes, historySize, formingFrom });
  const histories = restoredHistories(symbol, timeframes, historySize, restored.candles);
  const empty = createEmptyWindows({
    known: restored.empty,
    historySize,
    openMillis: market.openMillis,
    closeOf: (timeframe, openTime) => gridOf(timeframe).closeOf(openTime),
  });
  const input$ = new Subject<MarketInput>();
  const filled$ = new Subject<CandleEvent>();
  const held = createHeldVerdicts(options.pending);

  const market$ = ongoing === undefined ? input$ : input$.pipe(startWith(ongoing));
  const candles$ = market$.pipe(
    candleWindows(options, symbol, restored),
    keepCandles(histories, (openTimes) => {
      empty.add('1min', openTimes);
      memory.empty('1min', openTimes);
    }),
    share(),
  );
  const storedCloses = timeframes.flatMap((timeframe) => {
    const close = lastClose(histories.get(timeframe), clock.now());
    return close === undefined || isDecided(close.candle, restored.signals.decisions) ? [] : close;
  });
  const closes$ = merge(candles$, filled$, from(storedCloses)).pipe(
    analyseCloses({
      clock,
      timeframes,
      ...(options.slices !== undefined && { slices: options.slices }),
      windowOf: (candle) => windowUpTo(histories.get(candle.timeframe), candle),
      analyse: (columns, candle) => held.hold(candle, options.analyse(columns, candle)),
      openMillis: market.openMillis,
      tradedMillis: empty.tradedMillis,
      onFailure,
    }),
  );
  const running = new Subscription();
  running.add(
    merge(market$, closes$)
      .pipe(
        walkSignals(symbol, {
          ...options,
          histories,
          unsettledMs: () => unsettledMs(options, symbol),
          restored: restored.signals,
        }),
      )
      .subscribe({
        next: (event) => {
          memory.event(event);
          options.onSignal(event);
        },
        error: onFailure,
      }),
  );
  running.add(
    candles$.subscribe({
      next: (event) => {
        if (event.kind === 'candle') memory.candle(event.candle);
      },
      error: onFailure,
    }),
  );

  return {
    market: (input) => input$.next(input),
    backfilled: ({ timeframe, candles, empty: openTimes }) => {
      const history = histories.get(timeframe);
      for (const candle of candles) {
        // A walk that goes through a restart may have corrected it more often than the server that began anew.
        const before = history?.at(candle.openTime);
        const isOlder = before?.complete === false && candle.revision <= before.revision;
        history?.push(isOlder ? { ...candle, revision: before.revision + 1 } : candle);
      }
      empty.add(timeframe, openTimes);
      memory.empty(timeframe, openTimes);
      for (const candle of candles) memory.candle(candle);
      const last = lastClose(histories.get(timeframe), clock.now());
      if (last !== undefined) filled$.next(last);
    },
    due: held.due,
    end: () => running.unsubscribe(),
  };
}
