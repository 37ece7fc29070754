import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterStates, smoothStates } from '../../../models/hmm/hmm.ts';
import { threeStateRegimes } from '../../../models/hmm/three-state-regimes.ts';
import { randomHmm, randomObservations } from '../random-hmm.ts';

describe('threeStateRegimes', () => {
  it('filters and smooths as the passes in logarithms do', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, bars) => {
        const hmm = randomHmm(seed, 3, 2);
        const x = randomObservations(seed + 1, bars, 2);
        const { filtered, smoothed } = threeStateRegimes(hmm, x);
        const [f, s] = [filterStates(hmm, x).probabilities, smoothStates(hmm, x).probabilities];
        for (const [i, value] of f.entries()) expect(filtered[i]).toBeCloseTo(value, 10);
        for (const [i, value] of s.entries()) expect(smoothed[i]).toBeCloseTo(value, 10);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves what would underflow to them', () => {
    const hmm = randomHmm(1, 3, 2);
    hmm.transition.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    hmm.startProbability.set([1, 0, 0]);
    hmm.means.set([0, 0, 1000, 0, -1000, 0]);
    const x = Float64Array.of(1000, 0, 1000, 0);
    expect(threeStateRegimes(hmm, x).filtered).toEqual(filterStates(hmm, x).probabilities);
  });
});
