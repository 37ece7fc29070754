import { concatMap, defer, EMPTY, from, map, type Observable } from 'rxjs';
import { missingWindows, type Grid } from '../../models/calendar/missing-windows.ts';
import { candlesOfBars } from '../../operators/candles/candles-of-bars.ts';
import type { Candle } from '../../schema/candle.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { askedBars, type AskBars } from '../provider/rest/ask-bars.ts';

export interface Backfilled {
  readonly timeframe: Timeframe;
  /** Oldest first; only windows the history lacked. */
  readonly candles: readonly Candle[];
  /** Windows in which REST has no trade either. */
  readonly empty: readonly number[];
  /** Windows whose bar cannot be true, or of which a part's cannot: nothing whole is known of them. */
  readonly spoilt: readonly number[];
}

export interface BackfillOptions {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly grid: Grid;
  /** Does REST cut this timeframe as our grid does? Else it is folded from shorter bars. */
  readonly isProviderGrid: boolean;
  /** @default 1h */
  readonly foldFrom?: Timeframe;
  readonly tradedMillis: (from: number, to: number) => number;
  readonly now: () => number;
  /** Windows that close later are still to be said by others, Unix ms. @default now */
  readonly decidedTo?: () => number;
  /** Closed candles a history should hold. */
  readonly count: number;
  /** Open times of what it holds. */
  readonly have: () => ReadonlySet<number>;
  /** Windows known to be empty. */
  readonly empty: () => ReadonlySet<number>;
  readonly ask: AskBars;
}

/** Bars in one answer at most: the provider's limit. */
const page = 5_000;

/** Fetches what a history lacks and says what came, the newest first. Fails with what REST said instead. */
export function backfill(options: BackfillOptions): Observable<Backfilled> {
  const { symbol, timeframe, grid, isProviderGrid, tradedMillis, now, count, ask } = options;
  const { decidedTo = now, foldFrom = '1h' } = options;
  /** A closing auction's bar is of no session: no candle is made of its ticks either. */
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
            const came = new Set(candles.map((candle) => candle.openTime));
            const asked = missing.openTimes.filter((open) => open >= begin && open < to);
            return {
              timeframe,
              candles: candles.filter((candle) => !have.has(candle.openTime)),
              empty: asked.filter((open) => !came.has(open) && !spoilt.has(open)),
              spoilt: asked.filter((open) => spoilt.has(open)),
            };
          }),
        ),
      ),
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
