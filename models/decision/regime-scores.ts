import type { GaussianHmm } from '../hmm/hmm.ts';
import { horizonSums } from '../odds/horizon-sums.ts';
import type { StateMoments } from '../hmm/state-moments.ts';

export interface RegimeScores {
  /** Expected drift over its deviation, as seen from each of the last bars, oldest first. */
  values: Float64Array;
  /** Of the move over the horizon from the last bar, squared log units: blended, and by the regimes alone. */
  variance: number;
  regimeVariance: number;
  /** Of the last bar's return, by its own regimes. */
  barVariance: number;
}

/**
 * Score z = D / sqrt(V) of each of the last bars from its filtered probabilities. V blends the regimes' forecast with the window's own
 * variance, since fitted regimes look more lasting than they are.
 *
 * filtered: T x K. windowVariance: per bar, > 0.
 */
export function regimeScores(
  { states: K, transition }: GaussianHmm,
  { drifts, variances }: StateMoments,
  filtered: Float64Array,
  options: { horizonBars: number; windowVariance: number; windowWeight: number; bars: number },
): RegimeScores {
  const { horizonBars, windowVariance, windowWeight } = options;
  const drift = horizonSums(transition, drifts, horizonBars);
  const spread = horizonSums(transition, variances, horizonBars);
  const T = filtered.length / K;
  const values = new Float64Array(Math.min(options.bars, T));
  let [blended, regimeVariance, barVariance] = [0, 0, 0];
  for (let t = T - values.length; t < T; t++) {
    let expected = 0;
    regimeVariance = 0;
    barVariance = 0;
    for (let k = 0; k < K; k++) {
      expected += filtered[t * K + k]! * drift[k]!;
      regimeVariance += filtered[t * K + k]! * spread[k]!;
      barVariance += filtered[t * K + k]! * variances[k]!;
    }
    blended = windowWeight * horizonBars * windowVariance + (1 - windowWeight) * regimeVariance;
    values[t - T + values.length] = expected / Math.sqrt(blended);
  }
  return { values, variance: blended, regimeVariance, barVariance };
}
