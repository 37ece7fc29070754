import {
  defer,
  EMPTY,
  filter,
  from,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  of,
  share,
  startWith,
  Subject,
  tap,
} from 'rxjs';
import type { JumpLimits } from '../../models/chart/jump-limits.ts';
import { analyseCloses } from '../../operators/analysis/analyse-closes.ts';
import { breakOf } from '../../operators/analysis/break-of.ts';
import { bursts } from '../../operators/rx/bursts.ts';
import { horizonEnd } from '../../operators/signals/outcomes/horizon-end.ts';
import { keepCandles } from '../../operators/candles/keep-candles.ts';
import type { SignalDeskOptions } from '../../operators/signals/signal-desk.ts';
import type { RestoredSignals } from '../../operators/signals/signal-input.ts';
import { signalLifecycle } from '../../operators/signals/signal-lifecycle.ts';
import type { Turns } from '../../operators/analysis/turns.ts';
import type { Analyser } from '../../operators/analysis/window-analysers.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { AskBars } from '../provider/rest/ask-bars.ts';
import { backfilledHistories } from './backfilled-histories.ts';
import { type CandleWindowsOptions, candleWindows, type RestoredCandles } from './candle-windows.ts';
import { createEmptyWindows } from './empty-windows.ts';
import type { Interruption } from '../provider/interruptions.ts';
import type { Behavior } from './per-symbol.ts';
import { renewedHistories } from './renewed-histories.ts';
import { lastClose, restoredHistories, takeAnew, takeIn, windowUpTo } from './symbol-histories.ts';
import type { SymbolInput, SymbolOutput } from './symbol-messages.ts';
import { repairedMinutes } from './symbol-rest.ts';

/** What the store knows of a symbol. Candles oldest first. */
export interface RestoredSymbol extends RestoredCandles {
  readonly empty: ReadonlyMap<Timeframe, ReadonlySet<number>>;
  readonly signals: RestoredSignals;
}

/** When a symbol trades. Times Unix ms. */
export interface SymbolMarket {
  readonly isOpen: (time: number) => boolean;
  readonly openMillis: (from: number, to: number) => number;
  readonly nextOpen: (time: number) => number;
}

export interface SymbolActorOptions extends CandleWindowsOptions {
  readonly historySize: number;
  /** As `analyseCloses` takes them. */
  readonly turns?: Turns;
  /** Is the symbol subscribed upstream? If not, only posted candles reach it, and nothing is asked of REST. */
  readonly isLive: (symbol: string) => boolean;
  /** Are its live closes analysed? If not, it has candles, and its open signals are followed to their end. @default always */
  readonly isAnalysed?: (symbol: string) => boolean;
  readonly marketOf: (symbol: string) => SymbolMarket;
  readonly jumpLimitsOf: (symbol: string) => JumpLimits;
  readonly isProviderGrid: (symbol: string, timeframe: Timeframe) => boolean;
  /** Bars that a window is folded from where the provider cuts it otherwise. @default 1h */
  readonly foldFrom?: (symbol: string) => Timeframe;
  /** The interruption that is going on as the actor starts, if one is. */
  readonly ongoing: (symbol: string) => Interruption | undefined;
  /** Its first value counts. */
  readonly restore: (symbol: string) => ObservableInput<RestoredSymbol>;
  readonly ask: AskBars;
  readonly analyser: Analyser;
  readonly desk: Omit<SignalDeskOptions, 'symbol' | 'now' | 'restored' | 'expiresAt'>;
  readonly onLate: (symbol: string) => void;
  readonly onRestFailure: (error: unknown, symbol: string, timeframe: Timeframe) => void;
  readonly onAnalysisFailure: (error: unknown, candle: Candle) => void;
  readonly onSuperseded: (candle: Candle) => void;
}

/**
 * What the server does for one symbol: restores it, builds its candles, repairs and backfills them from REST, analyses the
 * closes and follows its signals. Ticks that come while the store is read count as not heard.
 */
export function symbolActor(options: SymbolActorOptions): Behavior<SymbolInput, SymbolOutput> {
  return (inputs, symbol) =>
    defer(() => options.restore(symbol)).pipe(
      mergeMap((restored) => live(options, symbol, restored, inputs)),
    );
}

/** A close comes at most so much after it is due, ms. */
const timerMs = 1000;
/** Histories are looked over for holes this often: a request that failed for good leaves none behind. */
const recheckMs = 600_000;

function live(
  options: SymbolActorOptions,
  symbol: string,
  restored: RestoredSymbol,
  inputs: Observable<SymbolInput>,
): Observable<SymbolOutput> {
  const { clock, timeframes, isLive, isAnalysed = () => true, marketOf, gridOf } = options;
  // Of a symbol that only posts bring, no candle joins those that the store has.
  const size = isLive(symbol) ? options.historySize : 1;
  const histories = restoredHistories(symbol, timeframes, size, restored.candles);
  const market = marketOf(symbol);
  const jumps = options.jumpLimitsOf(symbol);
  const empty = createEmptyWindows({
    known: restored.empty,
    historySize: options.historySize,
    openMillis: market.openMillis,
    closeOf: (timeframe, openTime) => gridOf(symbol, timeframe).closeOf(openTime),
  });
  const rest$ = new Subject<MarketInput>();
  const repaired$ = new Subject<void>();
  const filledCloses$ = new Subject<CandleEvent>();
  const broken$ = new Subject<Timeframe>();
  const ongoing = options.ongoing(symbol);

  const shared$ = merge(
    inputs.pipe(filter((input) => input.kind === 'tick' || input.kind === 'interruption')),
    rest$,
  ).pipe(share());
  // After the share: each of its subscribers is told what is going on.
  const market$ = ongoing === undefined ? shared$ : shared$.pipe(startWith(ongoing));

  const candles$ = isLive(symbol)
    ? market$.pipe(
        candleWindows(options, symbol, restored, () => options.onLate(symbol)),
        keepCandles(histories, (openTimes) => empty.add('1min', openTimes)),
        share(),
      )
    : EMPTY;

  // A window that closes just now is the candle windows' to say, not missing.
  const decidedTo = () => clock.now() - options.graceMs - Math.max(0, options.lagOf(symbol).lag()) - timerMs;
  const rest = { clock, symbol, ask: options.ask, onRestFailure: options.onRestFailure };
  // REST's answers enter the windows as the market's do.
  const repairs$ = candles$.pipe(
    filter((event) => event.kind === 'repair'),
    mergeMap((repair) => repairedMinutes(rest, repair)),
    tap((minutes) => {
      rest$.next(minutes);
      repaired$.next();
    }),
    map((minutes): SymbolOutput => ({ kind: 'repaired', symbol, minutes })),
  );

  const filling = {
    ...rest,
    histories,
    historySize: options.historySize,
    decidedTo,
    gridOf: (timeframe: Timeframe) => gridOf(symbol, timeframe),
    isProviderGrid: (timeframe: Timeframe) => options.isProviderGrid(symbol, timeframe),
    ...(options.foldFrom && { foldFrom: options.foldFrom(symbol) }),
    openMillis: market.openMillis,
  };
  const wanted$ = isLive(symbol) ? merge(of(0), repaired$, interval(recheckMs, clock)) : EMPTY;
  const backfilled$ = wanted$.pipe(
    backfilledHistories({
      ...filling,
      empty,
    }),
    map((filled) => ({ ...filled, candles: takeIn(filled, histories) })),
    tap(({ timeframe }) => {
      const last = lastClose(histories.get(timeframe), clock.now());
      if (last !== undefined) filledCloses$.next(last);
    }),
    map((filled): SymbolOutput => ({ kind: 'backfilled', symbol, filled })),
  );

  const renewed$ = broken$.pipe(
    renewedHistories({ ...filling, jumpStep: jumps.step }),
    map((filled) => ({ ...filled, candles: takeAnew(filled, histories) })),
    map((filled): SymbolOutput => ({ kind: 'backfilled', symbol, filled })),
  );

  const storedCloses = timeframes.flatMap(
    (timeframe) => lastClose(histories.get(timeframe), clock.now()) ?? [],
  );
  const analysable$ = isAnalysed(symbol) ? merge(candles$, filledCloses$, from(storedCloses)) : EMPTY;
  const closes$ = analysable$.pipe(
    analyseCloses({
      clock,
      timeframes,
      windowOf: (candle) => windowUpTo(histories.get(candle.timeframe), candle),
      analyse: options.analyser.analyse,
      openMillis: market.openMillis,
      tradedMillis: empty.tradedMillis,
      onFailure: options.onAnalysisFailure,
      onSuperseded: options.onSuperseded,
      ...(options.turns !== undefined && { turns: options.turns }),
    }),
    tap(({ decision, timeframe }) => {
      if (breakOf(decision) !== null && isLive(symbol)) broken$.next(timeframe);
    }),
  );
  const posted$ = inputs.pipe(filter((input) => input.kind === 'analysed'));
  const expiresAt = (timeframe: Timeframe, closeTime: number, bars: number) => {
    const { openOf, closeOf } = gridOf(symbol, timeframe);
    return horizonEnd({ openOf, closeOf, ...market }, closeTime, bars);
  };
  const candlesOf = (timeframe: Timeframe) => histories.get(timeframe)?.candles() ?? [];
  const signals$ = merge(market$, closes$, posted$).pipe(
    signalLifecycle({
      clock,
      symbol,
      ...options.desk,
      jumps,
      expiresAt,
      candlesOf,
      restored: restored.signals,
    }),
    bursts(),
    map((events): SymbolOutput => ({ kind: 'signals', symbol, events })),
  );

  return merge(
    of<SymbolOutput>({ kind: 'started', symbol, histories }),
    // Before the closes: what they find broken is asked for.
    renewed$,
    signals$,
    candles$.pipe(map((event): SymbolOutput => ({ kind: 'market', symbol, event }))),
    repairs$,
    backfilled$,
  );
}
