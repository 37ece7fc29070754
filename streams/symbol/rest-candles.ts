import { EMPTY, filter, interval, map, merge, mergeMap, type Observable, of, Subject, tap } from 'rxjs';
import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import type { JumpLimits } from '../../models/chart/jump-limits.ts';
import type { CandleEvent, MarketInput } from '../../schema/market-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { backfilledHistories } from './backfilled-histories.ts';
import type { EmptyWindows } from './empty-windows.ts';
import { renewedHistories } from './renewed-histories.ts';
import { type Histories, lastClose, takeAnew, takeIn } from './symbol-histories.ts';
import type { SymbolOutput } from './symbol-messages.ts';
import { repairedMinutes, type SymbolRestOptions } from './symbol-rest.ts';

/** The part of a symbol actor's options that candles from REST need. */
export interface RestCandlesOptions extends Omit<SymbolRestOptions, 'symbol'> {
  readonly historySize: number;
  readonly graceMs: number;
  readonly isLive: (symbol: string) => boolean;
  readonly lagOf: (symbol: string) => { readonly lag: () => number };
  readonly marketOf: (symbol: string) => { readonly openMillis: (from: number, to: number) => number };
  readonly jumpLimitsOf: (symbol: string) => JumpLimits;
  readonly gridOf: (symbol: string, timeframe: Timeframe) => WindowGrid;
  readonly isProviderGrid: (symbol: string, timeframe: Timeframe) => boolean;
  readonly foldFrom?: (symbol: string) => Timeframe;
}

/** One symbol's candles that REST completes. */
export interface RestCandlesOf {
  readonly symbol: string;
  readonly histories: Histories;
  readonly empty: EmptyWindows;
  readonly candles$: Observable<CandleEvent>;
  /** Timeframes whose history has a break, found by an analysis. */
  readonly broken$: Observable<Timeframe>;
  /** Receives REST's minutes, which enter the candle windows as market input does. */
  readonly onMinutes: (minutes: MarketInput) => void;
  /** Receives the last close of a history after each backfill. */
  readonly onClose: (close: CandleEvent) => void;
}

/** A close is emitted at most this long after it is due, ms. */
const timerMs = 1000;
/** Interval of the search for gaps: a request that failed for good leaves none behind. ms */
const recheckMs = 600_000;

/** Repairs of minutes, backfills of histories and renewals of broken ones, each as the actor emits them. */
export function restCandles(options: RestCandlesOptions, symbolCandles: RestCandlesOf) {
  const { clock } = options;
  const { symbol, histories, empty, candles$, broken$, onMinutes, onClose } = symbolCandles;
  // A window that closes just now is emitted by the candle windows: it is not missing.
  const decidedTo = () => clock.now() - options.graceMs - Math.max(0, options.lagOf(symbol).lag()) - timerMs;
  const rest = { clock, symbol, ask: options.ask, onRestFailure: options.onRestFailure };
  const repaired$ = new Subject<void>();

  const repairs$ = candles$.pipe(
    filter((event) => event.kind === 'repair'),
    mergeMap((repair) => repairedMinutes(rest, repair)),
    tap((minutes) => {
      onMinutes(minutes);
      repaired$.next();
    }),
    map((minutes): SymbolOutput => ({ kind: 'repaired', symbol, minutes })),
  );

  const filling = {
    ...rest,
    histories,
    historySize: options.historySize,
    decidedTo,
    gridOf: (timeframe: Timeframe) => options.gridOf(symbol, timeframe),
    isProviderGrid: (timeframe: Timeframe) => options.isProviderGrid(symbol, timeframe),
    ...(options.foldFrom && { foldFrom: options.foldFrom(symbol) }),
    openMillis: options.marketOf(symbol).openMillis,
  };
  const due$ = options.isLive(symbol) ? merge(of(0), repaired$, interval(recheckMs, clock)) : EMPTY;
  const backfilled$ = due$.pipe(
    backfilledHistories({ ...filling, empty }),
    map((filled) => ({ ...filled, candles: takeIn(filled, histories) })),
    tap(({ timeframe }) => {
      const last = lastClose(histories.get(timeframe), clock.now());
      if (last !== undefined) onClose(last);
    }),
    map((filled): SymbolOutput => ({ kind: 'backfilled', symbol, filled })),
  );

  const renewed$ = broken$.pipe(
    renewedHistories({ ...filling, jumpStep: options.jumpLimitsOf(symbol).step }),
    map((filled) => ({ ...filled, candles: takeAnew(filled, histories) })),
    map((filled): SymbolOutput => ({ kind: 'backfilled', symbol, filled })),
  );

  return { repairs$, backfilled$, renewed$ };
}
