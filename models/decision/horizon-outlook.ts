import type { VarianceFactors } from './analysis.ts';
import { barPresence } from '../volatility/bar-presence.ts';
import { blendedVolatilities } from '../odds/blended-volatilities.ts';
import { giveBack, lastingShare } from '../volatility/price-noise.ts';
import type { RegimeScores } from './regime-scores.ts';
import { seasonAhead, seasonalVariance } from '../volatility/seasonal-variance.ts';
import type { StateMoments } from '../hmm/state-moments.ts';
import type { VolatilityProfile } from '../volatility/volatility-profile.ts';

/** The expected moves of the bars of the horizon: levels and odds rest on this one market. */
export interface HorizonOutlook {
  factors: VarianceFactors;
  /** Of the move over the horizon, squared log units. */
  variance: number;
  /** Log units per bar of the horizon, by state. */
  drifts: Float64Array;
  volatilities: Float64Array;
  /** Deviation of the logarithm of the variance that comes around the expected one. */
  spread: number;
  /** Log units, added to the last close: what its last moves are expected to give back. */
  giveBack: number;
}

interface Window {
  /** Opens of the candles, Unix ms, and the returns between them with the hour taken out. */
  time: Float64Array;
  returns: Float64Array;
  /** Of the returns, per bar. */
  variance: number;
  profile: VolatilityProfile | undefined;
}

/** The regimes' forecast, which knows no hour, in the hours ahead, less what is noise in the price or a bar that will not be there. */
export function horizonOutlook(
  { time, returns, variance, profile }: Window,
  { drifts, variances }: StateMoments,
  scores: RegimeScores,
  { horizonBars, varianceSpread }: { horizonBars: number; varianceSpread: number },
): HorizonOutlook {
  const timeOfDay = profile === undefined ? 1 : seasonAhead(profile, time.at(-1)!, horizonBars);
  const factors = { timeOfDay, lasting: lastingShare(returns), presence: barPresence(time) };
  const factor = timeOfDay * factors.lasting * factors.presence;
  const expected = factor * scores.variance;
  // Returns are told without their hour, the last close was made in one.
  const hour = profile === undefined ? 1 : seasonalVariance(profile, time.at(-1)!);
  return {
    factors,
    variance: expected,
    drifts: drifts.map((drift) => Math.sqrt(factor) * drift),
    volatilities: blendedVolatilities(variances, scores.regimeVariance, expected, factor * variance),
    // What noise and silence leave out of the bars' variance is known no better than that.
    spread: varianceSpread + (1 - factors.lasting * factors.presence) / 2,
    // A bounce has one size: the wilder the bar, the less of its move it was.
    giveBack:
      Math.sqrt(hour) * Math.min(1, variance / scores.barVariance) * giveBack(returns, factors.lasting),
  };
}
