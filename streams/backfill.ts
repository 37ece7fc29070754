import { catchError, concatMap, defer, EMPTY, from, mergeMap, type Observable } from 'rxjs';
import { missingWindows, type Grid } from '../models/missing-windows.ts';
import { candlesOfBars } from '../operators/candles-of-bars.ts';
import type { Bar, Candle } from '../schema/candle.ts';
import { timeframeMs, type Timeframe } from '../schema/timeframe.ts';

/** Asks REST for the finished bars that open in `[from, to)`, oldest first. Unix ms. */
export type AskBars = (request: {
  readonly symbol: string;
  readonly interval: Timeframe;
  readonly from: number;
  readonly to: number;
}) => Promise<readonly Bar[]>;

export interface Backfilled {
  readonly timeframe: Timeframe;
  /** Oldest first; only windows the history lacked. */
  readonly candles: readonly Candle[];
  /** Windows in which REST has no trade either. */
  readonly empty: readonly number[];
}

export interface BackfillOptions {
  readonly symbol: string;
  readonly timeframes: readonly Timeframe[];
  readonly gridOf: (timeframe: Timeframe) => Grid;
  /** Does REST cut this timeframe as our grid does? Else it is folded from 1h bars. */
  readonly isProviderGrid: (timeframe: Timeframe) => boolean;
  readonly tradedMillis: (from: number, to: number) => number;
  readonly now: () => number;
  /** Closed candles a history should hold. */
  readonly count: number;
  readonly haveOf: (timeframe: Timeframe) => ReadonlySet<number>;
  readonly emptyOf: (timeframe: Timeframe) => ReadonlySet<number>;
  readonly ask: AskBars;
  readonly onFailure: (error: unknown, timeframe: Timeframe) => void;
}

/** Bars in one answer at most: the provider's limit. */
const page = 5_000;

/**
 * Fetches what a symbol's histories lack, a request a timeframe, and says what came. A request that fails ends that
 * timeframe's part alone; whoever owns the history tries again later.
 */
export function backfill(options: BackfillOptions): Observable<Backfilled> {
  return from(options.timeframes).pipe(
    mergeMap((timeframe) =>
      fill(timeframe, options).pipe(
        catchError((error: unknown) => {
          options.onFailure(error, timeframe);
          return EMPTY;
        }),
      ),
    ),
  );
}

function fill(timeframe: Timeframe, options: BackfillOptions): Observable<Backfilled> {
  return defer(() => {
    const { symbol, gridOf, isProviderGrid, tradedMillis, now, count, haveOf, emptyOf, ask } = options;
    const grid = gridOf(timeframe);
    const have = haveOf(timeframe);
    const missing = missingWindows({
      grid,
      tradedMillis,
      now: now(),
      count,
      have,
      empty: emptyOf(timeframe),
    });
    if (missing === null) return EMPTY;
    const interval = isProviderGrid(timeframe) ? timeframe : '1h';
    return from(pages(missing.from, missing.to, page * timeframeMs[interval], grid)).pipe(
      concatMap(async ({ from: begin, to }) => {
        const bars = await ask({ symbol, interval, from: begin, to });
        const candles = candlesOfBars(bars, { symbol, timeframe, grid });
        const came = new Set(candles.map((candle) => candle.openTime));
        return {
          timeframe,
          candles: candles.filter((candle) => !have.has(candle.openTime)),
          empty: missing.openTimes.filter((open) => open >= begin && open < to && !came.has(open)),
        };
      }),
    );
  });
}

/** `[from, to)` cut at window edges into spans of at most `length` ms, the newest first. */
function pages(begin: number, end: number, length: number, grid: Grid): { from: number; to: number }[] {
  const spans = [];
  for (let to = end; to > begin;) {
    const edge = to - length <= begin ? begin : grid.closeOf(grid.openOf(to - length - 1));
    spans.push({ from: edge, to });
    to = edge;
  }
  return spans;
}
