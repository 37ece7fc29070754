import {
  defer,
  EMPTY,
  filter,
  from,
  groupBy,
  ignoreElements,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  of,
  share,
  type SchedulerLike,
  startWith,
  Subject,
  tap,
} from 'rxjs';
import type { CandleColumns } from '../models/candle-columns.ts';
import type { WindowGrid } from '../models/window-grid.ts';
import { analyseCloses, type CloseVerdict } from '../operators/analyse-closes.ts';
import type { AnalysedClose } from '../operators/analysed-close.ts';
import { bursts } from '../operators/bursts.ts';
import { foldWindows, minutesToKeep } from '../operators/fold-windows.ts';
import { horizonEnd } from '../operators/horizon-end.ts';
import { keepCandles } from '../operators/keep-candles.ts';
import { minuteWindows } from '../operators/minute-windows.ts';
import type { SignalDeskOptions } from '../operators/signal-desk.ts';
import type { RestoredSignals } from '../operators/signal-input.ts';
import { signalLifecycle } from '../operators/signal-lifecycle.ts';
import type { Candle } from '../schema/candle.ts';
import type { CandleEvent, MarketInput } from '../schema/market-event.ts';
import type { SignalEvent } from '../schema/signal-event.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import type { AskBars } from './ask-bars.ts';
import type { Backfilled } from './backfill.ts';
import { onceMore } from './once-more.ts';
import type { Behavior } from './per-symbol.ts';
import { type Histories, lastClose, restoredHistories, takeIn, windowUpTo } from './symbol-histories.ts';
import { backfilledHistory, repairedMinutes } from './symbol-rest.ts';

type Interruption = Extract<MarketInput, { kind: 'interruption' }>;

/** What reaches a symbol's actor. `watch` only starts it. */
export type SymbolInput =
  | { readonly kind: 'watch'; readonly symbol: string }
  | Extract<MarketInput, { kind: 'tick' }>
  | (Interruption & { readonly symbol: string })
  | AnalysedClose;

export const symbolOfInput = (input: SymbolInput): string =>
  input.kind === 'tick' ? input.tick.symbol : input.symbol;

/** What a symbol's actor says. */
export type SymbolOutput =
  /** It is restored and listens. The histories are its own: read them, never write. */
  | {
      readonly kind: 'started';
      readonly symbol: string;
      readonly histories: Histories;
    }
  | { readonly kind: 'market'; readonly symbol: string; readonly event: CandleEvent }
  | { readonly kind: 'backfilled'; readonly symbol: string; readonly filled: Backfilled }
  /** The signal events of one cause, to be written together. */
  | { readonly kind: 'signals'; readonly symbol: string; readonly events: readonly SignalEvent[] };

/** What the store knows of a symbol. Candles oldest first. */
export interface RestoredSymbol {
  readonly candles: ReadonlyMap<Timeframe, readonly Candle[]>;
  /** 1min candles that the forming window of the longest timeframe is folded from. */
  readonly minutes: readonly Candle[];
  readonly empty: ReadonlyMap<Timeframe, ReadonlySet<number>>;
  readonly signals: RestoredSignals;
}

/** When a symbol trades. Times Unix ms. */
export interface SymbolMarket {
  readonly isOpen: (time: number) => boolean;
  readonly openMillis: (from: number, to: number) => number;
  readonly nextOpen: (time: number) => number;
}

export interface SymbolActorOptions {
  readonly clock: SchedulerLike;
  /** Analysed timeframes. */
  readonly timeframes: readonly Timeframe[];
  readonly historySize: number;
  readonly graceMs: number;
  /** Is the symbol subscribed upstream? If not, only posted candles reach it, and nothing is asked of REST. */
  readonly isLive: (symbol: string) => boolean;
  readonly marketOf: (symbol: string) => SymbolMarket;
  readonly gridOf: (symbol: string, timeframe: Timeframe) => WindowGrid;
  readonly isProviderGrid: (symbol: string, timeframe: Timeframe) => boolean;
  readonly lagOf: (symbol: string) => {
    readonly lag: () => number;
    readonly exceedsCap: () => boolean;
    readonly ahead: () => number;
  };
  /** The interruption that is going on as the actor starts, if one is. */
  readonly ongoing: (symbol: string) => Interruption | undefined;
  /** Its first value counts. */
  readonly restore: (symbol: string) => ObservableInput<RestoredSymbol>;
  readonly ask: AskBars;
  readonly analyse: (columns: CandleColumns, candle: Candle) => Promise<CloseVerdict>;
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

/** Histories are looked over for holes this often: a request that failed for good leaves none behind. */
const recheckMs = 600_000;

function live(
  options: SymbolActorOptions,
  symbol: string,
  restored: RestoredSymbol,
  inputs: Observable<SymbolInput>,
): Observable<SymbolOutput> {
  const { clock, timeframes, isLive, marketOf, gridOf } = options;
  // Of a symbol that only posts bring, no candle joins those that the store has.
  const size = isLive(symbol) ? options.historySize : 1;
  const histories = restoredHistories(symbol, timeframes, size, restored.candles);
  const market = marketOf(symbol);
  const rest$ = new Subject<MarketInput>();
  const repaired$ = new Subject<void>();
  const filledCloses$ = new Subject<CandleEvent>();
  const ongoing = options.ongoing(symbol);

  const shared$ = merge(
    inputs.pipe(filter((input) => input.kind === 'tick' || input.kind === 'interruption')),
    rest$,
  ).pipe(share());
  // After the share: each of its subscribers is told what is going on.
  const market$ = ongoing === undefined ? shared$ : shared$.pipe(startWith(ongoing));

  const candles$ = isLive(symbol)
    ? market$.pipe(candleWindows(options, symbol, restored), keepCandles(histories), share())
    : EMPTY;

  const rest = { clock, symbol, ask: options.ask, onRestFailure: options.onRestFailure };
  // REST's answers enter the windows as the market's do.
  const repairs$ = candles$.pipe(
    filter((event) => event.kind === 'repair'),
    mergeMap((repair) => repairedMinutes(rest, repair)),
    tap((minutes) => {
      rest$.next(minutes);
      repaired$.next();
    }),
    ignoreElements(),
  );

  const empty = new Map([...restored.empty].map(([timeframe, opens]) => [timeframe, new Set(opens)]));
  const emptyOf = (timeframe: Timeframe) => {
    const known = empty.get(timeframe) ?? new Set();
    empty.set(timeframe, known);
    return known;
  };
  const backfilled$ = (isLive(symbol) ? merge(of(0), repaired$, interval(recheckMs, clock)) : EMPTY).pipe(
    mergeMap(() => timeframes),
    // Each on its own: what REST refuses of one holds up no other.
    groupBy((timeframe) => timeframe),
    mergeMap((wanted$) =>
      wanted$.pipe(
        onceMore(() =>
          backfilledHistory({
            ...rest,
            timeframe: wanted$.key,
            history: histories.get(wanted$.key),
            historySize: options.historySize,
            grid: gridOf(symbol, wanted$.key),
            isProviderGrid: options.isProviderGrid(symbol, wanted$.key),
            openMillis: market.openMillis,
            empty: emptyOf(wanted$.key),
          }),
        ),
      ),
    ),
    map((filled) => ({ ...filled, candles: takeIn(filled, histories) })),
    tap(({ timeframe }) => {
      const last = lastClose(histories.get(timeframe), clock.now());
      if (last !== undefined) filledCloses$.next(last);
    }),
    map((filled): SymbolOutput => ({ kind: 'backfilled', symbol, filled })),
  );

  const storedCloses = timeframes.flatMap(
    (timeframe) => lastClose(histories.get(timeframe), clock.now()) ?? [],
  );
  const closes$ = merge(candles$, filledCloses$, from(storedCloses)).pipe(
    analyseCloses({
      clock,
      timeframes,
      windowOf: (candle) => windowUpTo(histories.get(candle.timeframe), candle),
      analyse: options.analyse,
      openMillis: market.openMillis,
      onFailure: options.onAnalysisFailure,
      onSuperseded: options.onSuperseded,
    }),
  );
  const posted$ = inputs.pipe(filter((input) => input.kind === 'analysed'));
  const expiresAt = (timeframe: Timeframe, closeTime: number, bars: number) => {
    const { openOf, closeOf } = gridOf(symbol, timeframe);
    return horizonEnd({ openOf, closeOf, ...market }, closeTime, bars);
  };
  const candlesOf = (timeframe: Timeframe) => histories.get(timeframe)?.candles() ?? [];
  const signals$ = merge(market$, closes$, posted$).pipe(
    signalLifecycle({ clock, symbol, ...options.desk, expiresAt, candlesOf, restored: restored.signals }),
    bursts(),
    map((events): SymbolOutput => ({ kind: 'signals', symbol, events })),
  );

  return merge(
    of<SymbolOutput>({ kind: 'started', symbol, histories }),
    signals$,
    candles$.pipe(map((event): SymbolOutput => ({ kind: 'market', symbol, event }))),
    repairs$,
    backfilled$,
  );
}

/** Minutes, and every longer timeframe folded from them. */
function candleWindows(options: SymbolActorOptions, symbol: string, { minutes, candles }: RestoredSymbol) {
  const { clock, timeframes, graceMs } = options;
  const { isOpen } = options.marketOf(symbol);
  const { lag, exceedsCap, ahead } = options.lagOf(symbol);
  const gridOf = (timeframe: Timeframe) => options.gridOf(symbol, timeframe);
  const wantFrom = Math.min(...timeframes.map((timeframe) => gridOf(timeframe).openOf(clock.now())));
  const seed = [...minutes, ...timeframes.flatMap((timeframe) => candles.get(timeframe)?.slice(-2) ?? [])];
  return (source: Observable<MarketInput>) =>
    source.pipe(
      minuteWindows({
        symbol,
        clock,
        graceMs,
        lag,
        lagExceedsCap: exceedsCap,
        ahead,
        isOpen,
        restored: minutes,
        wantFrom,
        retain: minutesToKeep(timeframes),
        onLate: () => options.onLate(symbol),
      }),
      foldWindows({ symbol, clock, timeframes, gridOf, isOpen, seed }),
    );
}
