import { analyse, type AnalyseOptions, WINDOW } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';

export interface AnalyseBarsTask {
  candles: CandleColumns;
  /** Bars that have just closed, as indices. */
  bars: number[];
  options: AnalyseOptions;
}

/** One analysis a bar, each from the 250 candles up to it: the work of one thread. */
export default function analyseBars({ candles, bars, options }: AnalyseBarsTask): Analysis[] {
  return bars.map((bar) => analyse(candlesUpTo(candles, bar), options));
}

/** The window that ends with a bar, as views. */
export function candlesUpTo(candles: CandleColumns, bar: number): CandleColumns {
  const [from, to] = [Math.max(0, bar + 1 - WINDOW), bar + 1];
  return {
    time: candles.time.subarray(from, to),
    open: candles.open.subarray(from, to),
    high: candles.high.subarray(from, to),
    low: candles.low.subarray(from, to),
    close: candles.close.subarray(from, to),
    volume: candles.volume.subarray(from, to),
    volumeKind: candles.volumeKind,
  };
}
