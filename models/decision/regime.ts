import { type Regime, type RegimeName, REGIMES } from './analysis.ts';
import type { GaussianHmm } from '../hmm/hmm.ts';

/** The regime of the last bar from its filtered probabilities. hmm: ordered, three states. bars: of the window. */
export function regimeOf(hmm: GaussianHmm, probabilities: Float64Array, bars: number): Regime {
  let index = 0;
  for (let k = 1; k < REGIMES.length; k++) if (probabilities[k]! > probabilities[index]!) index = k;
  const stay = hmm.transition[index * REGIMES.length + index]!;
  const named = REGIMES.map((name, k): [RegimeName, number] => [name, probabilities[k]!]);
  return {
    state: REGIMES[index]!,
    index,
    probabilities: Object.fromEntries(named) as Record<RegimeName, number>,
    expectedDurationBars: Math.min(bars, 1 / (1 - stay)),
  };
}
