import { WINDOW } from '../../models/decision/analyse.ts';
import { minuteMs, type Timeframe, timeframeMs } from '../../schema/timeframe.ts';

/** Which part of the simulated past is walked through. Times Unix ms. */
export interface WalkPlan {
  /** Its end, a whole minute: what comes later is live. */
  readonly to: number;
  /** First minute of a symbol that is folded into candles. */
  readonly from: (symbol: string) => number;
  /** Closes of a timeframe after this one are analysed. */
  readonly analysedFrom: ReadonlyMap<Timeframe, number>;
  /** Candles of a symbol and timeframe that are kept at least; besides, those of the last day. */
  readonly kept: number;
}

export interface WalkPlanOptions {
  /** Unix ms. */
  readonly now: number;
  readonly symbols: readonly string[];
  readonly timeframes: readonly Timeframe[];
  /** Closed candles that a history holds. */
  readonly historySize: number;
  readonly openMillis: (symbol: string, from: number, to: number) => number;
  /** Analyses at most: each takes a thread some milliseconds, and the server starts after the last. @default 500 */
  readonly mostAnalyses?: number;
}

export const dayMs = 86_400_000;
/** Closes that are analysed of one symbol and timeframe, at most: a day of 5min. */
const mostCloses = 288;
/** Minutes are folded from no further back: longer timeframes than these fill begin without analyses, and REST gives their candles. */
const mostDays = 30;

/** The same number of closes of each symbol and timeframe, the latest ones, behind as much history as an analysis wants. */
export function walkPlan(options: WalkPlanOptions): WalkPlan {
  const { now, symbols, timeframes, historySize, openMillis, mostAnalyses = 500 } = options;
  const to = Math.floor(now / minuteMs) * minuteMs;
  const closes = Math.min(mostCloses, Math.floor(mostAnalyses / (symbols.length * timeframes.length)));
  const earliest = to - mostDays * dayMs;
  const longest = Math.max(...timeframes.map((timeframe) => timeframeMs[timeframe]));
  const wanted = (Math.max(historySize, WINDOW) + closes + 1) * longest;
  const from = (symbol: string): number => {
    for (let start = to - dayMs; start > earliest; start -= dayMs)
      if (openMillis(symbol, start, to) >= wanted) return start;
    return earliest;
  };
  return {
    to,
    from,
    analysedFrom: new Map(timeframes.map((timeframe) => [timeframe, to - closes * timeframeMs[timeframe]])),
    kept: historySize + closes,
  };
}
