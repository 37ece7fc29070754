import { concat, defer, EMPTY, groupBy, mergeMap, type Observable, type OperatorFunction, tap } from 'rxjs';
import type { WindowGrid } from '../../models/calendar/window-grid.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { type RetrySchedule, createRetrySchedule } from './retry-schedule.ts';
import { backfill, type Backfilled } from './backfill.ts';
import type { EmptyWindows } from './empty-windows.ts';
import { exhaustMapTrailing } from '../../operators/rx/exhaust-map-trailing.ts';
import { completeOpens, type Histories } from './symbol-histories.ts';
import { type SymbolRestOptions, retryUntilAnswered } from './symbol-rest.ts';

export interface BackfilledHistoriesOptions extends SymbolRestOptions {
  readonly histories: Histories;
  /** Closed candles that each history should hold. */
  readonly historySize: number;
  /** Windows that close later are not missing yet, Unix ms. */
  readonly decidedTo: () => number;
  readonly gridOf: (timeframe: Timeframe) => WindowGrid;
  readonly isProviderGrid: (timeframe: Timeframe) => boolean;
  readonly foldFrom?: Timeframe;
  readonly openMillis: (from: number, to: number) => number;
  /** Windows known to have no trade; those that REST confirms are added. */
  readonly empty: EmptyWindows;
}

/** At each value of the source, requests what a symbol's histories lack, with retries until REST has answered. */
export function backfilledHistories<T>(options: BackfilledHistoriesOptions): OperatorFunction<T, Backfilled> {
  const { histories } = options;
  return (wanted$) =>
    defer(() => {
      const spoilt = new Map(
        [...histories.keys()].map((timeframe) => [timeframe, createRetrySchedule<number>()]),
      );
      return wanted$.pipe(
        mergeMap(() => histories.keys()),
        // Each timeframe on its own: a refusal of one does not delay the others.
        groupBy((timeframe) => timeframe),
        mergeMap((each$) =>
          each$.pipe(exhaustMapTrailing(() => backfilled(options, each$.key, spoilt.get(each$.key)!))),
        ),
      );
    });
}

/** A window whose bar is impossible is requested again less and less often; an older window takes its place in the history at once. */
function backfilled(
  options: BackfilledHistoriesOptions,
  timeframe: Timeframe,
  spoilt: RetrySchedule<number>,
): Observable<Backfilled> {
  const { clock, symbol, ask, histories, historySize, decidedTo, openMillis, empty } = options;
  let isShort = false;
  const fill$ = defer(() => {
    isShort = false;
    const now = clock.now();
    const waiting = [...spoilt.keys()].filter((open) => !spoilt.isDue(open, now));
    return backfill({
      symbol,
      timeframe,
      grid: options.gridOf(timeframe),
      isProviderGrid: options.isProviderGrid(timeframe),
      ...(options.foldFrom !== undefined && { foldFrom: options.foldFrom }),
      tradedMillis: openMillis,
      now: () => now,
      decidedTo,
      count: historySize,
      have: () => completeOpens(histories.get(timeframe)),
      empty: () => new Set([...empty.of(timeframe), ...waiting]),
      ask,
    });
  }).pipe(
    tap((filled) => {
      for (const { openTime, complete } of filled.candles) if (complete) spoilt.forget(openTime);
      for (const openTime of filled.spoilt) spoilt.attempted(openTime, clock.now());
      isShort ||= filled.spoilt.length > 0;
      empty.add(timeframe, filled.empty);
    }),
    retryUntilAnswered(options, timeframe),
  );
  return concat(
    fill$,
    defer(() => (isShort ? fill$ : EMPTY)),
  );
}
