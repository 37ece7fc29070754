import { concatMap, defer, EMPTY, from, map, type Observable } from 'rxjs';
import { missingWindows, type Grid } from '../../models/calendar/missing-windows.ts';
import { candlesOfBars } from '../../operators/candles/candles-of-bars.ts';
import type { Candle } from '../../schema/candle.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { askedBars, type AskBars } from '../provider/rest/ask-bars.ts';

export interface Backfilled {
  readonly timeframe: Timeframe;
  /** Oldest first; only windows that the history lacked. */
  readonly candles: readonly Candle[];
  /** Windows for which REST has no bar either: they had no trade. */
  readonly empty: readonly number[];
  /** Windows whose bar, or a part's, is impossible: they stay incomplete. */
  readonly spoilt: readonly number[];
}

export interface BackfillOptions {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly grid: Grid;
  /** Has REST the same grid for this timeframe? If not, it is folded from shorter bars. */
  readonly isProviderGrid: boolean;
  /** @default 1h */
  readonly foldFrom?: Timeframe;
  readonly tradedMillis: (from: number, to: number) => number;
  readonly now: () => number;
  /** Windows that close later are still emitted by the candle windows, Unix ms. @default now */
  readonly decidedTo?: () => number;
  /** Closed candles that a history should hold. */
  readonly count: number;
  /** Open times of the candles it holds. */
  readonly have: () => ReadonlySet<number>;
  /** Windows known to be empty. */
  readonly empty: () => ReadonlySet<number>;
  readonly ask: AskBars;
}

/** Bars in one answer at most: the provider's limit. */
const page = 5_000;

/** Requests the candles that a history lacks, and emits page by page, the newest first. Fails with REST's error. */
export function backfill(options: BackfillOptions): Observable<Backfilled> {
  const { symbol, timeframe, grid, isProviderGrid, tradedMillis, now, count, ask } = options;
  const { decidedTo = now, foldFrom = '1h' } = options;
  /** A closing auction's bar lies outside the session: no candle is built from its ticks either. */
  const isOfSession = ({ openTime, closeTime }: Candle) =>
    grid.inSession?.(openTime) !== false || tradedMillis(openTime, closeTime) > 0;
  return defer(() => {
    const have = options.have();
    const missing = missingWindows({
      grid,
      tradedMillis,
      now: now(),
      decidedTo: decidedTo(),
      count,
      have,
      empty: options.empty(),
    });
    if (missing === null) return EMPTY;
    const interval = isProviderGrid ? timeframe : foldFrom;
    return from(pages(missing.from, missing.to, page * timeframeMs[interval], grid)).pipe(
      concatMap(({ from: begin, to }) =>
        askedBars(ask, { symbol, interval, from: begin, to }).pipe(
          map((bars) => {
            const spoilt = new Set(bars.spoilt?.map((open) => grid.openOf(open)));
            const candles = candlesOfBars(bars, { symbol, timeframe, grid }).filter(isOfSession);
            for (const candle of candles) candle.complete = !spoilt.has(candle.openTime);
            const received = new Set(candles.map((candle) => candle.openTime));
            const requested = missing.openTimes.filter((open) => open >= begin && open < to);
            return {
              timeframe,
              candles: candles.filter((candle) => !have.has(candle.openTime)),
              empty: requested.filter((open) => !received.has(open) && !spoilt.has(open)),
              spoilt: requested.filter((open) => spoilt.has(open)),
            };
          }),
        ),
      ),
    );
  });
}

/** `[from, to)` split at window edges into spans of at most `length` ms, the newest first. */
function pages(begin: number, end: number, length: number, grid: Grid): { from: number; to: number }[] {
  const spans = [];
  for (let to = end; to > begin;) {
    const edge = to - length <= begin ? begin : grid.closeOf(grid.openOf(to - length - 1));
    spans.push({ from: edge, to });
    to = edge;
  }
  return spans;
}
