import { type Analysis, REGIMES } from './analysis.ts';
import type { Discontinuity } from '../chart/discontinuity.ts';
import { distanceTo } from './distance.ts';
import type { MarketContext } from '../chart/market-context.ts';

/** WAIT on a window nothing can be fitted to: even regimes, no candidate. */
export function quietAnalysis(
  frame: Pick<Analysis, 'modelVersion' | 'seed' | 'entry' | 'horizonBars'>,
  context: MarketContext | null,
  reason: string,
  broken: Discontinuity | null = null,
): Analysis {
  const share = 1 / REGIMES.length;
  return {
    ...frame,
    direction: 'WAIT',
    tp: null,
    sl: null,
    confidence: 0,
    reasons: [reason],
    candidate: null,
    risk: null,
    modelTrade: null,
    marketContext: context,
    distance: distanceTo(frame.entry, null, context),
    isBreakout: false,
    isDiscounted: false,
    regime: {
      state: 'neutral',
      index: 1,
      probabilities: { bearish: share, neutral: share, bullish: share },
      expectedDurationBars: 1,
      runs: [],
    },
    score: 0,
    threshold: 0,
    agreement: null,
    horizonVolatility: 0,
    varianceFactors: { timeOfDay: 1, lasting: 1, presence: 1 },
    giveBack: 0,
    oddsDisagreement: null,
    oddsStandardError: null,
    discontinuity: broken,
    hmm: null,
  };
}
