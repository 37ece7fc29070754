import {
  defer,
  EMPTY,
  filter,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  of,
  type OperatorFunction,
  pipe,
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
import type { RestoredSignals, SignalInput } from '../../operators/signals/signal-input.ts';
import { signalLifecycle } from '../../operators/signals/signal-lifecycle.ts';
import type { TimeSlices } from '../../operators/analysis/time-slices.ts';
import type { Analyser } from '../../operators/analysis/window-analysers.ts';
import { type Assignment, DEFAULT_ASSIGNMENT, isFor, ownerOf } from '../../schema/strategies/assignment.ts';
import type { Candle } from '../../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Decision } from '../../schema/signal.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { AskBars } from '../provider/rest/ask-bars.ts';
import {
  type CandleWindowsOptions,
  candleWindows,
  type RestoredCandles,
  unsettledMs,
} from './candle-windows.ts';
import { createEmptyWindows } from './empty-windows.ts';
import type { Interruption } from '../provider/interruptions.ts';
import type { Behavior } from './per-symbol.ts';
import { restCandles } from './rest-candles.ts';
import { closedBy, type Histories, lastClose, restoredHistories, windowUpTo } from './symbol-histories.ts';
import type { SymbolInput, SymbolOutput } from './symbol-messages.ts';

/** A symbol's state in the store. Candles oldest first. */
export interface RestoredSymbol extends RestoredCandles {
  /** Open times of the windows in which REST has confirmed that nothing was traded. */
  readonly empty: ReadonlyMap<Timeframe, ReadonlySet<number>>;
  readonly signals: RestoredSignals;
}

/** Trading hours of a symbol. Times Unix ms. */
export interface SymbolMarket {
  readonly isOpen: (time: number) => boolean;
  readonly openMillis: (from: number, to: number) => number;
  readonly nextOpen: (time: number) => number;
}

export interface SymbolActorOptions extends CandleWindowsOptions {
  readonly historySize: number;
  /** Spreads analyses of one instant over time; see `analyseCloses`. */
  readonly slices?: TimeSlices;
  /** Is the symbol subscribed upstream? If not, it receives posted candles only, and requests nothing from REST. */
  readonly isLive: (symbol: string) => boolean;
  /** Who decides on its closes, in this order, and whose signals it has. @default the default assignment alone, posted everywhere */
  readonly assignmentsOf?: (symbol: string) => readonly Assignment[];
  /** Are its live closes analysed? If not, it has candles only, and its open signals are followed to their end. @default always */
  readonly isAnalysed?: (symbol: string) => boolean;
  /** Is the symbol configured, rather than added by a visitor? @default always */
  readonly isConfigured?: (symbol: string) => boolean;
  readonly marketOf: (symbol: string) => SymbolMarket;
  readonly jumpLimitsOf: (symbol: string) => JumpLimits;
  /** Do the provider's bars of this timeframe begin when our windows do? */
  readonly isProviderGrid: (symbol: string, timeframe: Timeframe) => boolean;
  /** Timeframe of the bars that are folded into a window where they do not. @default 1h */
  readonly foldFrom?: (symbol: string) => Timeframe;
  /** The interruption in progress as the actor starts, if there is one. */
  readonly ongoing: (symbol: string) => Interruption | undefined;
  /** Emits the stored state once. */
  readonly restore: (symbol: string) => ObservableInput<RestoredSymbol>;
  readonly ask: AskBars;
  readonly analyser: Analyser;
  readonly desk: Omit<
    SignalDeskOptions,
    'symbol' | 'now' | 'restored' | 'expiresAt' | 'unsettledMs' | 'assignment' | 'takenBy'
  >;
  /** Hears each event of its signals at once, before those of one cause are gathered. Where the actor fails in that turn, the event is never stored, and the next life makes it again. */
  readonly onSignal?: (event: SignalEvent) => void;
  readonly onLate: (symbol: string) => void;
  readonly onRestFailure: (error: unknown, symbol: string, timeframe: Timeframe) => void;
  readonly onAnalysisFailure: (error: unknown, candle: Candle, assignment?: Assignment) => void;
  /** A close was not analysed, because a later one of its timeframe was waiting. */
  readonly onSuperseded: (candle: Candle) => void;
}

/**
 * Everything the server does for one symbol: restores its state, builds its candles, repairs and backfills them from REST, analyses
 * the closes and follows its signals. Ticks that arrive while the store is read are treated as missed.
 */
export function symbolActor(options: SymbolActorOptions): Behavior<SymbolInput, SymbolOutput> {
  return (inputs, symbol) =>
    defer(() => options.restore(symbol)).pipe(
      mergeMap((restored) => live(options, symbol, restored, inputs)),
    );
}

function live(
  options: SymbolActorOptions,
  symbol: string,
  restored: RestoredSymbol,
  inputs: Observable<SymbolInput>,
): Observable<SymbolOutput> {
  const { clock, timeframes, isLive, isAnalysed = () => true, marketOf, gridOf } = options;
  // Posted candles come as whole windows, so a symbol without a feed keeps no history of its own.
  const size = isLive(symbol) ? options.historySize : 1;
  const histories = restoredHistories(symbol, timeframes, size, restored.candles);
  const market = marketOf(symbol);
  const empty = createEmptyWindows({
    known: restored.empty,
    historySize: options.historySize,
    openMillis: market.openMillis,
    closeOf: (timeframe, openTime) => gridOf(symbol, timeframe).closeOf(openTime),
  });
  const rest$ = new Subject<MarketInput>();
  const filledCloses$ = new Subject<CandleEvent>();
  const broken$ = new Subject<Timeframe>();
  const ongoing = options.ongoing(symbol);

  const shared$ = merge(
    inputs.pipe(filter((input) => input.kind === 'tick' || input.kind === 'interruption')),
    rest$,
  ).pipe(share());
  // Behind `share`, or only the first subscriber would receive the interruption in progress.
  const market$ = ongoing === undefined ? shared$ : shared$.pipe(startWith(ongoing));

  const candles$ = isLive(symbol)
    ? market$.pipe(
        candleWindows(options, symbol, restored, () => options.onLate(symbol)),
        keepCandles(histories, (openTimes) => empty.add('1min', openTimes)),
        share(),
      )
    : EMPTY;

  const { repairs$, backfilled$, renewed$ } = restCandles(options, {
    symbol,
    histories,
    empty,
    candles$,
    broken$,
    onMinutes: (minutes) => rest$.next(minutes),
    onClose: (close) => filledCloses$.next(close),
  });

  const { decisions } = restored.signals;
  const assignmentsOf = options.assignmentsOf && (() => options.assignmentsOf!(symbol));
  const storedCloses = timeframes.flatMap((timeframe) => {
    const close = lastClose(histories.get(timeframe), clock.now());
    const isOld = ({ candle }: { candle: Candle }) =>
      assignmentsOf === undefined
        ? isDecided(candle, decisions)
        : assignmentsOf().every(
            (one) => !isFor(one, symbol, timeframe) || isDecided(candle, decisions, one.id),
          );
    return close === undefined || isOld(close) ? [] : close;
  });
  const analysable$ = isAnalysed(symbol) ? merge(candles$, filledCloses$, from(storedCloses)) : EMPTY;
  const closes$ = analysable$.pipe(
    analyseCloses({
      clock,
      timeframes,
      windowOf: (candle) => windowUpTo(histories.get(candle.timeframe), candle),
      framesOf: (timeframe, time, bars) => closedBy(histories.get(timeframe), time, bars),
      // Asked at each close: a strategy that has changed decides on the next one.
      ...(assignmentsOf !== undefined && {
        assigned: (candle) =>
          assignmentsOf().filter(
            (one) => isFor(one, symbol, candle.timeframe) && !isDecided(candle, decisions, one.id),
          ),
      }),
      analyse: options.analyser.analyse,
      openMillis: market.openMillis,
      tradedMillis: empty.tradedMillis,
      onFailure: options.onAnalysisFailure,
      onSuperseded: options.onSuperseded,
      ...(options.slices !== undefined && { slices: options.slices }),
    }),
    tap(({ decision, timeframe }) => {
      if (breakOf(decision) !== null && isLive(symbol)) broken$.next(timeframe);
    }),
  );
  const posted$ = inputs.pipe(filter((input) => input.kind === 'analysed'));
  const signals$ = merge(market$, closes$, posted$).pipe(signalsOf(options, symbol, restored, histories));

  return merge(
    of<SymbolOutput>({ kind: 'started', symbol, histories }),
    // Subscribed before the closes, which are what makes `broken$` emit.
    renewed$,
    signals$,
    candles$.pipe(map((event): SymbolOutput => ({ kind: 'market', symbol, event }))),
    repairs$,
    backfilled$,
  );
}

/** Was this very close decided before, by an assignment? One with a break in its window is analysed again, so that its history is requested anew. */
export const isDecided = (
  candle: Candle,
  decisions: readonly Decision[],
  assignment: string = DEFAULT_ASSIGNMENT,
): boolean =>
  decisions.some(
    (last) =>
      ownerOf(last).assignment === assignment &&
      last.timeframe === candle.timeframe &&
      last.close_time === candle.closeTime &&
      breakOf(last) === null,
  );

/** Signal events of one symbol, from its market input and its decisions. */
function signalsOf(
  options: SymbolActorOptions,
  symbol: string,
  restored: RestoredSymbol,
  histories: Histories,
): OperatorFunction<SignalInput, SymbolOutput> {
  const market = options.marketOf(symbol);
  const expiresAt = (timeframe: Timeframe, closeTime: number, bars: number) => {
    const { openOf, closeOf } = options.gridOf(symbol, timeframe);
    return horizonEnd({ openOf, closeOf, ...market }, closeTime, bars);
  };
  return pipe(
    signalLifecycle({
      clock: options.clock,
      symbol,
      ...options.desk,
      isConfigured: options.isConfigured?.(symbol) ?? true,
      jumps: options.jumpLimitsOf(symbol),
      expiresAt,
      candlesOf: (timeframe) => histories.get(timeframe)?.candles() ?? [],
      unsettledMs: () => unsettledMs(options, symbol),
      restored: restored.signals,
      ...(options.assignmentsOf && { assignments: options.assignmentsOf(symbol) }),
    }),
    tap((event) => options.onSignal?.(event)),
    bursts(),
    map((events): SymbolOutput => ({ kind: 'signals', symbol, events })),
  );
}
