import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filterStates, type GaussianHmm, smoothStates } from '../../../models/hmm/hmm.ts';
import { oracles, needsOracles } from '../oracles.ts';
import { randomHmm, randomObservations } from '../random-hmm.ts';

/** Every state sequence with its joint log probability, straight from the definition. */
function enumerate(hmm: GaussianHmm, x: Float64Array): { path: number[]; joint: number }[] {
  const { states: K, dimensions: D } = hmm;
  const T = x.length / D;
  const density = (t: number, k: number): number => {
    let product = 1;
    for (let d = 0; d < D; d++) {
      const variance = hmm.variances[k * D + d]!;
      const z = x[t * D + d]! - hmm.means[k * D + d]!;
      product *= Math.exp((-z * z) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
    }
    return product;
  };
  return Array.from({ length: K ** T }, (_, code) => {
    const path = Array.from({ length: T }, (__, t) => Math.floor(code / K ** t) % K);
    let joint = 1;
    for (const [t, k] of path.entries()) {
      joint *= (t === 0 ? hmm.startProbability[k]! : hmm.transition[path[t - 1]! * K + k]!) * density(t, k);
    }
    return { path, joint };
  });
}

const model = fc.record({
  seed: fc.integer(),
  states: fc.integer({ min: 1, max: 3 }),
  dimensions: fc.integer({ min: 1, max: 2 }),
  bars: fc.integer({ min: 1, max: 6 }),
});

describe('filterStates and smoothStates', () => {
  it('agree with the sum over all paths', () => {
    fc.assert(
      fc.property(model, ({ seed, states, dimensions, bars }) => {
        const hmm = randomHmm(seed, states, dimensions);
        const x = randomObservations(seed + 1, bars, dimensions);
        const paths = enumerate(hmm, x);
        const total = paths.reduce((sum, { joint }) => sum + joint, 0);
        const smooth = smoothStates(hmm, x);
        expect(smooth.logLikelihood).toBeCloseTo(Math.log(total), 9);
        for (let t = 0; t < bars; t++) {
          for (let k = 0; k < states; k++) {
            const share =
              paths.filter(({ path }) => path[t] === k).reduce((sum, { joint }) => sum + joint, 0) / total;
            expect(smooth.probabilities[t * states + k]).toBeCloseTo(share, 9);
          }
        }
        // Filtering is smoothing of a prefix at its last bar.
        const filtered = filterStates(hmm, x).probabilities;
        for (let t = 1; t <= bars; t++) {
          const prefix = smoothStates(hmm, x.subarray(0, t * dimensions)).probabilities.subarray(-states);
          for (let k = 0; k < states; k++) expect(filtered[(t - 1) * states + k]).toBeCloseTo(prefix[k]!, 9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('agree with the Gaussian oracle', needsOracles, () => {
    const oracle = oracles!.hmm_gauss;
    const hmm = oracleHmm(oracle, oracle.mean, oracle.var);
    const x = Float64Array.from(oracle.x);
    const filtered = filterStates(hmm, x);
    const smooth = smoothStates(hmm, x);
    expect(filtered.logLikelihood).toBeCloseTo(oracle.loglik, 12);
    for (const [t] of oracle.x.entries()) {
      expect(filtered.probabilities[2 * t + 1]).toBeCloseTo(oracle.filtered_state1[t]!, 9);
      expect(smooth.probabilities[2 * t + 1]).toBeCloseTo(oracle.smoothed_state1[t]!, 9);
    }
  });

  it('agree with the umbrella oracle, its odds ratios put in as Gaussian ones', needsOracles, () => {
    const oracle = oracles!.hmm_umbrella;
    // Means 1 and -1 with unit variance: the density ratio at x is exp(2x).
    const hmm = oracleHmm(oracle, [1, -1], [1, 1]);
    const x = Float64Array.from(oracle.frameprob, ([a, b]) => Math.log(a! / b!) / 2);
    const known = oracle.frameprob.map(([a]) => Math.log(a!));
    const ours = x.map((value) => -0.5 * Math.log(2 * Math.PI) - (value - 1) ** 2 / 2);
    const offset = known.reduce((sum, value, t) => sum + value - ours[t]!, 0);
    const filtered = filterStates(hmm, x);
    expect(filtered.logLikelihood + offset).toBeCloseTo(oracle.loglik, 10);
    for (const [i, value] of oracle.filtered.flat().entries())
      expect(filtered.probabilities[i]).toBeCloseTo(value, 9);
    const smooth = smoothStates(hmm, x).probabilities;
    for (const [i, value] of oracle.smoothed.flat().entries()) expect(smooth[i]).toBeCloseTo(value, 9);
  });

  it('keep rows that sum to one far out in the tails and with forbidden transitions', () => {
    const hmm: GaussianHmm = {
      states: 2,
      dimensions: 1,
      startProbability: Float64Array.of(1, 0),
      transition: Float64Array.of(1, 0, 0.5, 0.5),
      means: Float64Array.of(0, 1e6),
      variances: Float64Array.of(1e-4, 1e-4),
    };
    const x = Float64Array.of(0, 1e6, 1e6, -1e9);
    for (const { probabilities, logLikelihood } of [filterStates(hmm, x), smoothStates(hmm, x)]) {
      expect(Number.isFinite(logLikelihood)).toBe(true);
      for (let t = 0; t < 4; t++) expect([...probabilities.subarray(2 * t, 2 * t + 2)]).toEqual([1, 0]);
    }
  });

  it('have nothing to say about no bars', () => {
    const hmm = randomHmm(1, 3, 2);
    expect(filterStates(hmm, new Float64Array(0))).toEqual({
      logLikelihood: 0,
      probabilities: new Float64Array(0),
    });
    expect(smoothStates(hmm, new Float64Array(0)).probabilities).toHaveLength(0);
  });

  it('refuse half a bar', () => {
    expect(() => filterStates(randomHmm(1, 3, 2), new Float64Array(3))).toThrow(RangeError);
  });
});

function oracleHmm(
  { startprob, transmat }: { startprob: number[]; transmat: number[][] },
  mean: number[],
  variance: number[],
): GaussianHmm {
  return {
    states: 2,
    dimensions: 1,
    startProbability: Float64Array.from(startprob),
    transition: Float64Array.from(transmat.flat()),
    means: Float64Array.from(mean),
    variances: Float64Array.from(variance),
  };
}
