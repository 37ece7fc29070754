import { filter, merge, share, Subject, type SchedulerLike } from 'rxjs';
import { analyseCloses, type AnalyseClosesOptions } from '../../operators/analysis/analyse-closes.ts';
import { candlesOfBars } from '../../operators/candles/candles-of-bars.ts';
import { foldWindows } from '../../operators/candles/fold-windows.ts';
import { keepCandles } from '../../operators/candles/keep-candles.ts';
import { bursts } from '../../operators/rx/bursts.ts';
import { horizonEnd } from '../../operators/signals/outcomes/horizon-end.ts';
import { signalLifecycle } from '../../operators/signals/signal-lifecycle.ts';
import type { Bar, Candle } from '../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Tick } from '../../schema/tick.ts';
import { minuteMs, type Timeframe } from '../../schema/timeframe.ts';
import type { SymbolActorOptions } from '../../streams/symbol/symbol-actor.ts';
import { restoredHistories, windowUpTo } from '../../streams/symbol/symbol-histories.ts';

export interface WalkSymbolOptions
  extends
    Pick<SymbolActorOptions, 'timeframes' | 'historySize' | 'marketOf' | 'gridOf' | 'jumpLimitsOf' | 'desk'>,
    Pick<AnalyseClosesOptions, 'analyse' | 'onFailure'> {
  readonly clock: SchedulerLike;
  readonly slices: NonNullable<AnalyseClosesOptions['slices']>;
  readonly isAnalysed: (candle: Candle) => boolean;
}

/** One symbol on its way through the past. */
export interface SymbolWalk {
  /** Prices, which end its open signals. */
  readonly ticks: (ticks: readonly Tick[]) => void;
  /** The minute that opens then has closed, with its bar, or without a trade. */
  readonly close: (openTime: number, bar: Bar | undefined) => void;
  /** Closed candles so far, in the order of their closes. */
  readonly candles: readonly Candle[];
  /** Takes the signal events, cause by cause, since the last call. */
  readonly taken: () => (readonly SignalEvent[])[];
  readonly end: () => void;
}

/**
 * A symbol's candles, analyses and signals by the operators of the live ones, on whatever clock it is given: as `symbol-actor.ts`, but
 * from whole minutes, so that there is nothing to close late or to repair. Fails nowhere: an analysis that does is reported.
 */
export function walkSymbol(symbol: string, options: WalkSymbolOptions): SymbolWalk {
  const { clock, timeframes, historySize, slices, isAnalysed, analyse, onFailure } = options;
  const market = options.marketOf(symbol);
  const gridOf = (timeframe: Timeframe) => options.gridOf(symbol, timeframe);
  const histories = restoredHistories(symbol, timeframes, historySize, new Map());
  const minutes$ = new Subject<CandleEvent>();
  const ticks$ = new Subject<MarketInput>();
  const candles: Candle[] = [];
  let causes: (readonly SignalEvent[])[] = [];

  const candles$ = minutes$.pipe(
    foldWindows({ symbol, clock, timeframes, gridOf, isOpen: market.isOpen }),
    keepCandles(histories),
    share(),
  );
  const closes$ = candles$.pipe(
    filter((event) => event.kind === 'candle' && isAnalysed(event.candle)),
    analyseCloses({
      clock,
      timeframes,
      slices,
      windowOf: (candle) => windowUpTo(histories.get(candle.timeframe), candle),
      analyse,
      openMillis: market.openMillis,
      ...(onFailure !== undefined && { onFailure }),
    }),
  );
  const signals$ = merge(ticks$, closes$).pipe(
    signalLifecycle({
      clock,
      symbol,
      ...options.desk,
      jumps: options.jumpLimitsOf(symbol),
      expiresAt: (timeframe, closeTime, bars) =>
        horizonEnd({ ...gridOf(timeframe), ...market }, closeTime, bars),
      candlesOf: (timeframe) => histories.get(timeframe)?.candles() ?? [],
    }),
    bursts(),
  );
  // Behind the analyses, whose window is to be there.
  const running = signals$.subscribe((events) => causes.push(events));
  running.add(
    candles$.subscribe((event) => {
      if (event.kind === 'candle') candles.push(event.candle);
    }),
  );

  return {
    candles,
    ticks: (ticks) => {
      for (const tick of ticks) ticks$.next({ kind: 'tick', tick });
    },
    close: (openTime, bar) => {
      const to = openTime + minuteMs;
      if (bar === undefined) minutes$.next({ kind: 'quiet', from: openTime, to, heard: true });
      else {
        const [candle] = candlesOfBars([bar], { symbol, timeframe: '1min', grid: gridOf('1min') });
        minutes$.next({ kind: 'candle', candle: candle!, timely: true });
      }
      minutes$.next({ kind: 'decided', to });
    },
    taken: () => {
      const taken = causes;
      causes = [];
      return taken;
    },
    end: () => running.unsubscribe(),
  };
}
