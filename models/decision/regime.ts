import { type Regime, type RegimeName, REGIMES } from './analysis.ts';
import type { GaussianHmm } from '../hmm/hmm.ts';
import { likeliest, regimeRuns } from './regime-runs.ts';

/** The regime of the last bar and the way there. hmm: ordered, three states. filtered: T x 3. */
export function regimeOf(hmm: GaussianHmm, filtered: Float64Array): Regime {
  const K = REGIMES.length;
  const last = filtered.subarray(-K);
  const index = likeliest(last);
  const stay = hmm.transition[index * K + index]!;
  const named = REGIMES.map((name, k): [RegimeName, number] => [name, last[k]!]);
  return {
    state: REGIMES[index]!,
    index,
    probabilities: Object.fromEntries(named) as Record<RegimeName, number>,
    expectedDurationBars: Math.min(filtered.length / K, 1 / (1 - stay)),
    runs: regimeRuns(filtered),
  };
}
