import {
  concat,
  defer,
  EMPTY,
  map,
  mergeMap,
  type Observable,
  retry,
  type SchedulerLike,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { windowsInReach } from '../models/missing-windows.ts';
import type { WindowGrid } from '../models/window-grid.ts';
import type { CandleEvent, MarketInput } from '../schema/market-event.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { type AskBars, backfill, type Backfilled } from './backfill.ts';
import { completeOpens, type Histories } from './symbol-histories.ts';

export interface SymbolRestOptions {
  readonly clock: SchedulerLike;
  readonly symbol: string;
  readonly ask: AskBars;
  /** Wait before REST is asked again for what it did not give, ms. @default 60 s, longer each time up to 10 minutes */
  readonly askAgainMs?: number;
  readonly onRestFailure: (error: unknown, symbol: string, timeframe: Timeframe) => void;
}

/** REST's minutes for a repair, asked for until they come. */
export function repairedMinutes(
  { clock, symbol, ask, askAgainMs = 60_000, onRestFailure }: SymbolRestOptions,
  { from, to, notBefore }: Extract<CandleEvent, { kind: 'repair' }>,
): Observable<MarketInput> {
  return timer(Math.max(0, notBefore - clock.now()), clock).pipe(
    mergeMap(() =>
      defer(() => ask({ symbol, interval: '1min', from, to })).pipe(
        retry({
          delay: (error, attempt) => {
            onRestFailure(error, symbol, '1min');
            return timer(askAgainMs * Math.min(attempt, 10), clock);
          },
        }),
      ),
    ),
    map((bars) => ({ kind: 'minutes', from, to, bars })),
  );
}

export interface BackfilledHistoriesOptions extends SymbolRestOptions {
  readonly histories: Histories;
  readonly historySize: number;
  readonly gridOf: (timeframe: Timeframe) => WindowGrid;
  readonly isProviderGrid: (timeframe: Timeframe) => boolean;
  readonly openMillis: (from: number, to: number) => number;
  /** Windows known to hold no trade; what is found is added. */
  readonly empty: Map<Timeframe, Set<number>>;
}

/** What the histories lack, asked for until REST has answered for every timeframe. Completes then. */
export function backfilledHistories(options: BackfilledHistoriesOptions): Observable<Backfilled> {
  const { clock, symbol, histories, historySize, empty, askAgainMs = 60_000 } = options;
  const emptyOf = (timeframe: Timeframe): Set<number> => {
    const known = empty.get(timeframe) ?? new Set();
    empty.set(timeframe, known);
    return known;
  };
  return defer(() => {
    let failure: unknown;
    const filled$ = backfill({
      symbol,
      timeframes: [...histories.keys()],
      gridOf: options.gridOf,
      isProviderGrid: options.isProviderGrid,
      tradedMillis: options.openMillis,
      now: () => clock.now(),
      count: historySize,
      haveOf: (timeframe) => completeOpens(histories.get(timeframe)),
      emptyOf,
      ask: options.ask,
      onFailure: (error, timeframe) => {
        failure = error;
        options.onRestFailure(error, symbol, timeframe);
      },
    });
    return concat(
      filled$.pipe(
        tap(({ timeframe, empty: found }) => {
          const known = emptyOf(timeframe);
          for (const openTime of found) known.add(openTime);
          for (const oldest of known) {
            if (known.size <= windowsInReach(historySize)) break;
            known.delete(oldest);
          }
        }),
      ),
      defer(() => (failure === undefined ? EMPTY : throwError(() => failure))),
    );
  }).pipe(retry({ delay: (_, attempt) => timer(askAgainMs * Math.min(attempt, 10), clock) }));
}
