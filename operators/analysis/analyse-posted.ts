import { WINDOW } from '../../models/decision/analyse.ts';
import type { Bar } from '../../schema/candle.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { AnalysedClose } from './analysed-close.ts';
import { analyseWindow, type WindowAnalyser } from './analyse-window.ts';
import { candleColumnsOf } from '../candles/candle-columns-of.ts';
import { profileOfBars } from './profile-book.ts';

/**
 * Analyses candles from an outside source, oldest first, at least `length`, 250 by default: the last one counts as just closed, all of them
 * as complete, and those older than the window teach the hours alone. What comes out enters the symbol's signals beside its live closes.
 */
export async function analysePosted(
  symbol: string,
  timeframe: Timeframe,
  bars: readonly Bar[],
  analyser: WindowAnalyser,
  length: number = WINDOW,
): Promise<AnalysedClose> {
  const columns = candleColumnsOf(bars.slice(-length));
  const closeTime = (columns.time.at(-1) ?? Number.NaN) + timeframeMs[timeframe];
  const verdict = await analyseWindow(
    columns,
    { symbol, timeframe, closeTime },
    { ...analyser, profileOf: async () => profileOfBars(bars, timeframe) },
  );
  return {
    kind: 'analysed',
    symbol,
    timeframe,
    closeTime,
    source: 'posted',
    timely: true,
    columns,
    quality: null,
    ...verdict,
  };
}
