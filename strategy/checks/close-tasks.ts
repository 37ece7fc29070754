import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import { WINDOW } from '../../models/decision/known-market.ts';
import { type CandleColumns, copyCandles } from '../../models/candle-columns.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { Needs } from '../contract.ts';
import type { StrategyClose } from '../run/decide.ts';
import { foldColumns } from './fold-columns.ts';

/** Candles to check a strategy on: those of the shortest timeframe that it takes, from which the longer ones are folded. */
export interface CheckData {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly candles: CandleColumns;
  readonly options: AnalyseOptions;
}

/** One close, as a strategy is asked about it. */
export interface CloseTask {
  readonly close: StrategyClose;
  readonly columns: CandleColumns;
  readonly options: AnalyseOptions;
}

export interface CloseTasks {
  /** Those they were made of. */
  readonly candles: CandleColumns;
  readonly costBps: number;
  /** Close of a bar, Unix ms. */
  readonly closeOf: (bar: number) => number;
  /** Closes that have all the candles they need before them: from this bar of the own timeframe, to the last one. */
  readonly first: number;
  readonly bars: number;
  /** The close of a bar; with `ownBars` of its own candles where they are given. */
  readonly at: (bar: number, ownBars?: number) => CloseTask;
}

/** The closes of a stretch of candles as tasks of one strategy. */
export function closeTasks(
  { symbol, timeframe, candles, options }: CheckData,
  {
    needs,
    name,
    version,
    params,
  }: Pick<StrategyClose, 'name' | 'version' | 'params'> & { readonly needs: Needs },
): CloseTasks {
  const { own, ...others } = needs;
  const wanted = Object.entries(others) as [Timeframe, number][];
  const owned = foldColumns(candles, timeframeMs[timeframe]);
  const frames = wanted.map(([other, bars]) => ({
    timeframe: other,
    bars,
    columns: foldColumns(candles, timeframeMs[other]),
  }));
  const closeOf = (bar: number): number => owned.time[bar]! + timeframeMs[timeframe];
  const isReady = (bar: number): boolean =>
    bar + 1 >= Math.max(WINDOW, own) &&
    frames.every(({ timeframe: other, bars, columns }) => closedBy(columns, other, closeOf(bar)) >= bars);
  let first = 0;
  while (first < owned.time.length && !isReady(first)) first++;
  return {
    candles,
    costBps: options.costBps ?? 1,
    closeOf,
    first,
    bars: owned.time.length,
    at(bar, ownBars) {
      const closeTime = closeOf(bar);
      const there = frames.map(({ timeframe: other, bars, columns }) => {
        const end = closedBy(columns, other, closeTime);
        return [other, copyCandles(columns, Math.max(0, end - bars), end)] as const;
      });
      const from = Math.max(0, bar + 1 - Math.max(WINDOW, own, ownBars ?? 0));
      return {
        columns: copyCandles(owned, from, bar + 1),
        options,
        close: {
          name,
          version,
          params,
          symbol,
          timeframe,
          closeTime,
          frames: Object.fromEntries(there),
          ...(ownBars === undefined ? {} : { ownBars }),
        },
      };
    },
  };
}

/** How many candles of a timeframe have closed at or before a time. */
function closedBy({ time }: CandleColumns, timeframe: Timeframe, closeTime: number): number {
  let [low, high] = [0, time.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (time[middle]! + timeframeMs[timeframe] <= closeTime) low = middle + 1;
    else high = middle;
  }
  return low;
}
