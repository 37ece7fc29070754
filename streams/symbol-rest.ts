import { map, mergeMap, type Observable, retry, type SchedulerLike, tap, timer } from 'rxjs';
import { windowsInReach } from '../models/missing-windows.ts';
import type { WindowGrid } from '../models/window-grid.ts';
import type { RollingHistory } from '../operators/rolling-history.ts';
import type { CandleEvent, MarketInput } from '../schema/market-event.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import { askAgainAfter } from './ask-again.ts';
import { askedBars, type AskBars } from './ask-bars.ts';
import { backfill, type Backfilled } from './backfill.ts';
import { completeOpens } from './symbol-histories.ts';

export interface SymbolRestOptions {
  readonly clock: SchedulerLike;
  readonly symbol: string;
  readonly ask: AskBars;
  readonly onRestFailure: (error: unknown, symbol: string, timeframe: Timeframe) => void;
}

/** REST's minutes for a repair, asked for until they come. */
export function repairedMinutes(
  options: SymbolRestOptions,
  { from, to, notBefore }: Extract<CandleEvent, { kind: 'repair' }>,
): Observable<Extract<MarketInput, { kind: 'minutes' }>> {
  const { clock, symbol, ask } = options;
  return timer(Math.max(0, notBefore - clock.now()), clock).pipe(
    mergeMap(() =>
      askedBars(ask, { symbol, interval: '1min', from, to }).pipe(untilItComes(options, '1min')),
    ),
    map((bars) => ({ kind: 'minutes' as const, from, to, bars })),
  );
}

export interface BackfilledHistoryOptions extends SymbolRestOptions {
  readonly timeframe: Timeframe;
  readonly history: RollingHistory | undefined;
  readonly historySize: number;
  /** Windows that close later are not missing yet, Unix ms. */
  readonly decidedTo: () => number;
  readonly grid: WindowGrid;
  readonly isProviderGrid: boolean;
  readonly openMillis: (from: number, to: number) => number;
  /** Windows known to hold no trade; what is found is added. */
  readonly empty: Set<number>;
}

/** What a history lacks, asked for until REST has answered. Completes then. */
export function backfilledHistory(options: BackfilledHistoryOptions): Observable<Backfilled> {
  const { clock, symbol, timeframe, history, historySize, grid, isProviderGrid, empty, ask } = options;
  return backfill({
    symbol,
    timeframe,
    grid,
    isProviderGrid,
    tradedMillis: options.openMillis,
    now: () => clock.now(),
    decidedTo: options.decidedTo,
    count: historySize,
    have: () => completeOpens(history),
    empty: () => empty,
    ask,
  }).pipe(
    tap(({ empty: found }) => {
      for (const openTime of found) empty.add(openTime);
      for (const oldest of empty) {
        if (empty.size <= windowsInReach(historySize)) break;
        empty.delete(oldest);
      }
    }),
    untilItComes(options, timeframe),
  );
}

const untilItComes = <T>({ clock, symbol, onRestFailure }: SymbolRestOptions, timeframe: Timeframe) =>
  retry<T>({
    delay: (error, attempt) => {
      onRestFailure(error, symbol, timeframe);
      return timer(askAgainAfter(error, attempt), clock);
    },
  });
