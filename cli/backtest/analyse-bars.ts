import { analyse, type AnalyseOptions, WINDOW } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import { type CandleColumns, viewCandles } from '../../models/candle-columns.ts';
import { learnBar, type ProfileMemory, profileOf } from '../../models/volatility/volatility-profile.ts';

export interface AnalyseBarsTask {
  candles: CandleColumns;
  /** Bars that have just closed, as indices. */
  bars: number[];
  options: AnalyseOptions;
  /** What all bars before the first one have taught. */
  memory: ProfileMemory;
}

/** One analysis a bar, each from the 250 candles up to it and the hours as they were known by then: the work of one thread. */
export default function analyseBars({ candles, bars, options, memory }: AnalyseBarsTask): Analysis[] {
  return bars.map((bar) => {
    learnBar(memory, candles.time[bar]!, candles.close[bar]!);
    const profile = profileOf(memory);
    return analyse(candlesUpTo(candles, bar), profile === undefined ? options : { ...options, profile });
  });
}

/** The window that ends with a bar, as views. */
export const candlesUpTo = (candles: CandleColumns, bar: number): CandleColumns =>
  viewCandles(candles, Math.max(0, bar + 1 - WINDOW), bar + 1);
