import type { Analysis } from '../../models/decision/analysis.ts';
import { experiencedAnalysis } from '../../models/decision/experienced-analysis.ts';
import { type CandleColumns, viewCandles } from '../../models/candle-columns.ts';
import { isRestated } from '../../models/chart/is-restated.ts';
import { createCandidateBook } from '../../operators/analysis/candidate-book.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { fileMarkets } from './file/file-market.ts';
import type { FoldedFile } from './file/fold-file.ts';
import { horizonOf } from './horizon-of.ts';

/** Candles of a view: those since the bar before, and more where a close was not analysed. */
const BARS = 250;

/**
 * Analyses of a file in the order of their bars, each with the odds that what came of the candidates before it has taught, as the server
 * would have had them. What is called does not depend on it.
 */
export function experiencedWalk(
  analyses: ReadonlyMap<number, Analysis>,
  { candles, closeTimes }: Pick<FoldedFile, 'candles' | 'closeTimes'>,
  { symbol, timeframe }: { readonly symbol: string; readonly timeframe: Timeframe },
): Map<number, Analysis> {
  const limits = fileMarkets.jumpLimitsOf(symbol);
  const book = createCandidateBook({
    horizonEnd: horizonOf(symbol, timeframe),
    restated: (before, after) => isRestated(limits, before, after),
  });
  return new Map(
    [...analyses].map(([bar, analysis]) => {
      book.close(upTo(candles, bar), closeTimes[bar]!);
      const experienced = experiencedAnalysis(analysis, book.experience);
      book.add(analysis, closeTimes[bar]!);
      return [bar, experienced];
    }),
  );
}

const upTo = (candles: CandleColumns, bar: number): CandleColumns =>
  viewCandles(candles, Math.max(0, bar + 1 - BARS), bar + 1);
