import type { AnalyseOptions } from '../../../models/decision/analyse.ts';
import { copyCandles } from '../../../models/candle-columns.ts';
import {
  learnBar,
  type ProfileMemory,
  profileMemory,
} from '../../../models/volatility/volatility-profile.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import type { Needs } from '../../../strategy/contract.ts';
import { type StrategyStretch, type StretchFrame, windowOf } from '../../../strategy/run/analyse-stretch.ts';
import { checkSpacing } from '../../candles/check-spacing.ts';
import type { FileMarket } from '../file/file-market.ts';
import { foldFile, type FoldedFile } from '../file/fold-file.ts';

/** The closes of a file, as a strategy with these needs is asked about them. */
export interface StrategyCloses {
  /** The first bar whose window is full. */
  readonly first: number;
  readonly bars: number;
  /** The bars `[from, to)`. memory: what all bars before `from` have taught; it goes on as it is. */
  readonly stretch: (from: number, to: number, memory: ProfileMemory) => StrategyStretch;
  /** What the bars before one have taught: asked for in their order. */
  readonly learnedBefore: (bar: number) => ProfileMemory;
}

/** Folds what a strategy needs beside its own timeframe. Throws a DataError where the candles of the file are too long for that. */
export function strategyCloses(
  market: FileMarket,
  { candles, closeTimes }: FoldedFile,
  needs: Needs,
  options: AnalyseOptions,
): StrategyCloses {
  const { own: _own, ...others } = needs;
  const wanted = Object.entries(others) as [Timeframe, number][];
  const frames = wanted.map(([timeframe, bars]) => {
    checkSpacing(market.minutes, timeframe);
    return { timeframe, bars, folded: foldFile({ ...market, timeframe }) };
  });
  const before = windowOf(needs) - 1;
  const learned = profileMemory(timeframeMs[market.timeframe]);
  let next = 0;
  return {
    first: before,
    bars: candles.time.length,
    learnedBefore(bar) {
      for (; next < bar; next++) learnBar(learned, candles.time[next]!, candles.close[next]!);
      return structuredClone(learned);
    },
    stretch(from, to, memory) {
      const closes = closeTimes.slice(from, to);
      const cut = frames.map(({ timeframe, bars, folded }) => [timeframe, frameOf(folded, bars, closes)]);
      return {
        symbol: market.symbol,
        timeframe: market.timeframe,
        // A thread is sent its own stretch: the whole of a year, copied for each, would cost more than the decisions.
        columns: copyCandles(candles, from - before, to),
        closeTimes: closes,
        frames: Object.fromEntries(cut) as StrategyStretch['frames'],
        options,
        memory,
      };
    },
  };
}

/** The candles that some closes need: a candle that closes at that very instant is in. */
function frameOf({ candles, closeTimes }: FoldedFile, bars: number, closes: Float64Array): StretchFrame {
  const ends = Int32Array.from(closes, (close) => closedBy(closeTimes, close));
  const from = Math.max(0, (ends[0] ?? 0) - bars);
  return { columns: copyCandles(candles, from, ends.at(-1) ?? 0), ends: ends.map((end) => end - from) };
}

/** How many have closed at or before a time. */
function closedBy(closeTimes: Float64Array, time: number): number {
  let [low, high] = [0, closeTimes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (closeTimes[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
