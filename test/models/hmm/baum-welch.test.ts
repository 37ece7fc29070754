import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitHmm } from '../../../models/hmm/baum-welch.ts';
import { emStep, emWorkspace } from '../../../models/hmm/em-step.ts';
import { filterStates, type GaussianHmm, smoothStates } from '../../../models/hmm/hmm.ts';
import { threeStateEmStep } from '../../../models/hmm/three-state-em-step.ts';
import { oracles, needsOracles } from '../oracles.ts';
import { randomHmm, randomObservations, sampleHmm } from '../random-hmm.ts';

const three = { states: 3, dimensions: 2, seed: 1 };

function expectSound({ states: K, startProbability, transition, means, variances }: GaussianHmm): void {
  const rows = [
    startProbability,
    ...Array.from({ length: K }, (_, k) => transition.subarray(k * K, (k + 1) * K)),
  ];
  for (const row of rows) {
    expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
  }
  expect(means.every(Number.isFinite)).toBe(true);
  expect(variances.every((value) => value > 0 && value < Infinity)).toBe(true);
}

describe('fitHmm', () => {
  it('finds the model the data were drawn from', () => {
    const hmm: GaussianHmm = {
      states: 3,
      dimensions: 2,
      startProbability: Float64Array.of(1, 0, 0),
      transition: Float64Array.of(0.95, 0.04, 0.01, 0.02, 0.96, 0.02, 0.01, 0.04, 0.95),
      means: Float64Array.of(-2, 0, 0, 1, 2, -1),
      variances: Float64Array.of(0.25, 1, 0.5, 0.25, 1, 0.5),
    };
    const fit = fitHmm(sampleHmm(hmm, 4000, 11), { ...three, restarts: 4 });
    const order = [0, 1, 2].sort((a, b) => fit.hmm.means[2 * a]! - fit.hmm.means[2 * b]!);
    for (const [k, found] of order.entries()) {
      for (let d = 0; d < 2; d++) {
        expect(fit.hmm.means[2 * found + d]).toBeCloseTo(hmm.means[2 * k + d]!, 0.7);
        expect(fit.hmm.variances[2 * found + d]! / hmm.variances[2 * k + d]!).toBeCloseTo(1, 0.5);
      }
      for (const [j, to] of order.entries()) {
        expect(Math.abs(fit.hmm.transition[3 * found + to]! - hmm.transition[3 * k + j]!)).toBeLessThan(0.02);
      }
    }
    expect(fit.converged).toBe(true);
  });

  it('states the likelihood of the model it returns, and none is above that of the end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 4 }), (seed, states) => {
        const x = sampleHmm(randomHmm(seed, 3, 2), 80, seed);
        const reached: number[] = [];
        for (let maxIterations = 1; maxIterations < 25; maxIterations++) {
          const fit = fitHmm(x, { states, dimensions: 2, restarts: 1, seed, maxIterations, tolerance: 0 });
          expect(fit.logLikelihood).toBe(filterStates(fit.hmm, x).logLikelihood);
          expect(fit.iterations).toBeLessThanOrEqual(maxIterations);
          reached.push(fit.logLikelihood);
        }
        const end = fitHmm(x, {
          states,
          dimensions: 2,
          restarts: 1,
          seed,
          maxIterations: 5000,
          tolerance: 1e-9,
        });
        expect(Math.max(...reached)).toBeLessThanOrEqual(end.logLikelihood + 1e-6);
      }),
      { numRuns: 15 },
    );
  });

  it('gains from restarts, and gives the same for the same seed', () => {
    const x = sampleHmm(randomHmm(5, 3, 2), 249, 6);
    const one = fitHmm(x, { ...three, restarts: 1 });
    const ten = fitHmm(x, { ...three, restarts: 10 });
    // Each ends where a step gains less than 1e-4, not at its very top.
    expect(ten.logLikelihood).toBeGreaterThan(one.logLikelihood - 1e-3);
    expect(fitHmm(x, { ...three, restarts: 10 })).toEqual(ten);
  });

  it('gives every seed the fit of the starts that all share, and what one finds near it as a rival', () => {
    const sound = { ...three, minOccupancy: 0.05, varianceFloor: 0.02 };
    let likelier = 0;
    for (let window = 0; window < 15; window++) {
      const x = randomObservations(window, 120, 2);
      const common = fitHmm(x, { ...sound, restarts: 8 });
      for (const seed of [2, 3]) {
        const { hmm, logLikelihood, rivals } = fitHmm(x, { ...sound, seed, restarts: 20 });
        expect(hmm).toEqual(common.hmm);
        if (rivals.some((rival) => filterStates(rival, x).logLikelihood > logLikelihood + 0.1)) likelier++;
        for (const rival of rivals) {
          // Climbed as far as the first round goes, or further, with all of its parts.
          const before = emStep(rival, emWorkspace(x, 3, 2, 0.08));
          expect(filterStates(rival, x).logLikelihood - before).toBeLessThan(0.1);
        }
      }
    }
    expect(likelier).toBeGreaterThan(3);
  });

  it('takes what one seed alone finds where it is better by more than five nats', () => {
    const x = sampleHmm(randomHmm(22, 5, 2), 249, 22);
    const common = fitHmm(x, { ...three, restarts: 8 });
    const own = fitHmm(x, { ...three, seed: 2, restarts: 16 });
    expect(own.logLikelihood).toBeGreaterThan(common.logLikelihood + 5);
    expect(own.rivals).toHaveLength(0);
  });

  it('fits in the units of its input', () => {
    const x = sampleHmm(randomHmm(7, 3, 2), 249, 8);
    const fit = fitHmm(x, three);
    const moved = fitHmm(
      x.map((value, i) => (i % 2 === 0 ? 1e-4 * value + 0.5 : 1000 * value - 3)),
      three,
    );
    for (let k = 0; k < 3; k++) {
      expect(moved.hmm.means[2 * k]).toBeCloseTo(1e-4 * fit.hmm.means[2 * k]! + 0.5, 9);
      expect(moved.hmm.variances[2 * k + 1]! / 1e6).toBeCloseTo(fit.hmm.variances[2 * k + 1]!, 6);
    }
    // Densities change with the unit: 249 bars of ln(1e-4) and of ln(1000).
    expect(moved.logLikelihood).toBeCloseTo(fit.logLikelihood - 249 * Math.log(1e-4 * 1000), 5);
  });

  it('passes over a fit with an all but empty state while there is another', () => {
    const emptiest = (x: Float64Array, minOccupancy: number): number => {
      const { hmm } = fitHmm(x, { ...three, minOccupancy });
      const { probabilities } = smoothStates(hmm, x);
      const shares = [0, 1, 2].map(
        (k) => probabilities.filter((_, i) => i % 3 === k).reduce((a, b) => a + b, 0) / 200,
      );
      return Math.min(...shares);
    };
    const seeds = Array.from({ length: 12 }, (_, seed) => randomObservations(seed, 200, 2));
    const plain = seeds.filter((x) => emptiest(x, 0) < 0.05).length;
    const passed = seeds.filter((x) => emptiest(x, 0.05) < 0.05).length;
    expect(plain).toBeGreaterThan(4);
    expect(passed).toBeLessThan(plain / 4);
  });

  it('floors variances relative to the data', () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? 5 : Math.sin(i * 12.9898) * 1000));
    const fit = fitHmm(x, { states: 2, dimensions: 1, varianceFloor: 0.01 });
    const mean = x.reduce((sum, value) => sum + value, 0) / 200;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200;
    expect(Math.min(...fit.hmm.variances)).toBeCloseTo(0.01 * variance, 6);
  });

  it('takes constant data as they are', () => {
    for (const value of [0, 1, -7, 46_000, 1e-9, 1e300]) {
      const fit = fitHmm(new Float64Array(100).fill(value), three);
      expectSound(fit.hmm);
      expect(fit).toMatchObject({ converged: false, iterations: 0 });
      expect(Number.isFinite(fit.logLikelihood)).toBe(true);
      for (const mean of fit.hmm.means)
        expect(Math.abs(mean - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
    }
  });

  it('never throws on finite input and stays sound', () => {
    const value = fc.oneof(
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
      fc.constantFrom(0, 1, 1, 1, 1e12, -1e12, 1e-300, 5e-324, 1e150, -1e300),
    );
    const shape = fc.record({
      states: fc.integer({ min: 1, max: 4 }),
      dimensions: fc.integer({ min: 1, max: 3 }),
      bars: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(
        shape,
        fc.array(value, { minLength: 90, maxLength: 90 }),
        ({ states, dimensions, bars }, values) => {
          const x = Float64Array.from(values.slice(0, bars * dimensions));
          expectSound(fitHmm(x, { states, dimensions, restarts: 3, seed: 2, maxIterations: 50 }).hmm);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('emStep', () => {
  it('takes the step of the oracle', needsOracles, () => {
    const { startprob, transmat, mean, var: variance, x, loglik, em_step1: wanted } = oracles!.hmm_gauss;
    const hmm: GaussianHmm = {
      states: 2,
      dimensions: 1,
      startProbability: Float64Array.from(startprob),
      transition: Float64Array.from(transmat.flat()),
      means: Float64Array.from(mean),
      variances: Float64Array.from(variance),
    };
    expect(emStep(hmm, emWorkspace(Float64Array.from(x), 2, 1, 1e-12))).toBeCloseTo(loglik, 10);
    const close = (found: Float64Array, values: number[]): void => {
      for (const [i, value] of values.entries()) expect(found[i]).toBeCloseTo(value, 9);
    };
    close(hmm.startProbability, wanted.startprob);
    close(hmm.transition, wanted.transmat.flat());
    close(hmm.means, wanted.mean);
    close(hmm.variances, wanted.var);
    expect(filterStates(hmm, Float64Array.from(x)).logLikelihood).toBeCloseTo(wanted.loglik_after, 9);
  });

  it('is the same step unrolled for three states', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 300 }),
        (seed, dimensions, bars) => {
          const plain = randomHmm(seed, 3, dimensions);
          const unrolled = structuredClone(plain);
          const x = randomObservations(seed + 1, bars, dimensions);
          const [a, b] = [emWorkspace(x, 3, dimensions, 1e-4), emWorkspace(x, 3, dimensions, 1e-4)];
          expect(threeStateEmStep(unrolled, a)).toBeCloseTo(emStep(plain, b), 8);
          expect(a.occupancy).toBeCloseTo(b.occupancy, 9);
          for (const part of ['startProbability', 'transition', 'means', 'variances'] as const) {
            for (const [i, value] of plain[part].entries()) expect(unrolled[part][i]).toBeCloseTo(value, 7);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('leaves what would underflow to the step in logarithms', () => {
    const hmm = randomHmm(1, 3, 1);
    hmm.transition.set([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    hmm.startProbability.set([1, 0, 0]);
    hmm.means.set([0, 1000, -1000]);
    const x = Float64Array.of(1000, 1000, 1000);
    const same = structuredClone(hmm);
    expect(threeStateEmStep(hmm, emWorkspace(x, 3, 1, 1e-4))).toBe(emStep(same, emWorkspace(x, 3, 1, 1e-4)));
    expect(hmm).toEqual(same);
  });
});
