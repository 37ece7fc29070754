import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bridgeHit } from '../../../models/odds/brownian-bridge.ts';
import { firstPassage } from '../../../models/odds/first-passage.ts';
import { type RegimeInput, simulateRegimeFirstPassage } from '../../../models/odds/monte-carlo.ts';
import { seededRandom } from '../../../models/random.ts';
import { regimeLattice } from '../../../models/odds/regime-lattice.ts';
import { simulateFirstPassage } from './simulate-first-passage.ts';
import { simulateRegimeMixture } from './regime-mixture.ts';

const barriers = fc.record({
  drift: fc.double({ min: -0.004, max: 0.004, noNaN: true }),
  volatility: fc.double({ min: 0.001, max: 0.03, noNaN: true }),
  up: fc.double({ min: 0.005, max: 0.05, noNaN: true }),
  down: fc.double({ min: 0.005, max: 0.05, noNaN: true }),
  horizon: fc.integer({ min: 1, max: 30 }),
});

/** Three states as a fit finds them: calm, usual, wild. */
const regimes: RegimeInput = {
  up: 0.015,
  down: 0.01,
  horizon: 24,
  stateProbability: [0.7, 0.2, 0.1],
  transition: [0.95, 0.04, 0.01, 0.05, 0.9, 0.05, 0.02, 0.08, 0.9],
  drifts: [0.0002, 0, -0.0004],
  volatilities: [0.001, 0.002, 0.005],
};

describe('simulateFirstPassage', () => {
  it('agrees with the closed form within four standard errors, whatever the size of the bars', () => {
    fc.assert(
      fc.property(barriers, fc.integer(), (input, seed) => {
        const exact = firstPassage(input);
        const sampled = simulateFirstPassage({ ...input, paths: 1500, random: seededRandom(seed) });
        const bound = 4.5 * sampled.standardError! + 2e-3;
        expect(Math.abs(sampled.up - exact.up)).toBeLessThan(bound);
        expect(Math.abs(sampled.down - exact.down)).toBeLessThan(bound);
        expect(sampled.up + sampled.down + sampled.neither).toBeCloseTo(1, 12);
      }),
      { numRuns: 80, seed: 7 },
    );
  });

  it('has an error that falls with the root of the paths, and none for a single path', () => {
    const input = { drift: 0, volatility: 0.01, up: 0.04, down: 0.02, horizon: 16 };
    const few = simulateFirstPassage({ ...input, paths: 1000, random: seededRandom(1) });
    const many = simulateFirstPassage({ ...input, paths: 16_000, random: seededRandom(1) });
    expect(few.standardError! / many.standardError!).toBeCloseTo(4, 0);
    expect(simulateFirstPassage({ ...input, paths: 1, random: seededRandom(1) }).standardError).toBeNull();
  });

  it('takes a last bar that is not whole', () => {
    const input = { drift: 0.001, volatility: 0.01, up: 0.01, down: 0.02, horizon: 2.5 };
    const sampled = simulateFirstPassage({ ...input, paths: 20_000, random: seededRandom(2) });
    expect(Math.abs(sampled.up - firstPassage(input).up)).toBeLessThan(4 * sampled.standardError!);
  });

  it('knows its limits', () => {
    const input = { drift: 0, volatility: 0.01, up: 0.02, down: 0.01, horizon: 10, paths: 500 };
    const random = seededRandom(3);
    expect(simulateFirstPassage({ ...input, random, horizon: 0 })).toMatchObject({
      up: 0,
      down: 0,
      neither: 1,
    });
    expect(simulateFirstPassage({ ...input, random, up: 0 })).toMatchObject({ up: 1, down: 0, neither: 0 });
    expect(simulateFirstPassage({ ...input, random, volatility: 0, drift: 0.01 })).toMatchObject({ up: 1 });
    expect(simulateFirstPassage({ ...input, random, volatility: 0 })).toMatchObject({ neither: 1 });
    const open = simulateFirstPassage({ ...input, random, up: Infinity });
    expect(open.up).toBe(0);
    expect(Math.abs(open.down - firstPassage({ ...input, up: Infinity }).down)).toBeLessThan(
      4 * open.standardError!,
    );
    expect(() => simulateFirstPassage({ ...input, random, paths: 0 })).toThrow(RangeError);
    expect(() => simulateFirstPassage({ ...input, random, horizon: Infinity })).toThrow(RangeError);
    expect(() => simulateFirstPassage({ ...input, random, up: Number.NaN })).toThrow(RangeError);
  });
});

describe('bridgeHit', () => {
  it('shares a bridge between first hits of either barrier and none', () => {
    const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(
        inside,
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.double({ min: 1e-3, max: 5, noNaN: true }),
        (from, to, variance) => {
          const up = bridgeHit(from, to, 1, variance);
          const down = bridgeHit(1 - from, 1 - to, 1, variance);
          expect(up).toBeGreaterThanOrEqual(0);
          expect(up + down).toBeLessThanOrEqual(1 + 1e-9);
          if (to <= 0 || to >= 1) expect(up + down).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('is the reflection formula where the other barrier is far', () => {
    expect(bridgeHit(0.3, 0.2, 1000, 0.1)).toBeCloseTo(Math.exp((-2 * 0.3 * 0.2) / 0.1), 12);
    expect(bridgeHit(0.3, 0.2, Infinity, 0.1)).toBeCloseTo(Math.exp((-2 * 0.3 * 0.2) / 0.1), 12);
  });
});

describe('regimeLattice', () => {
  it('is the closed form where there is one state', () => {
    fc.assert(
      fc.property(barriers, (input) => {
        fc.pre(input.volatility > 0.013 * (input.up + input.down));
        const exact = firstPassage(input);
        const odds = regimeLattice({
          ...input,
          stateProbability: [1],
          transition: [1],
          drifts: [input.drift],
          volatilities: [input.volatility],
        });
        expect(Math.abs(odds.up - exact.up)).toBeLessThan(1e-5);
        expect(Math.abs(odds.down - exact.down)).toBeLessThan(1e-5);
      }),
      { numRuns: 60 },
    );
  });

  it('is the sum over regime paths without drift, where only their total variance matters', () => {
    const input = { ...regimes, horizon: 5, up: 0.006, down: 0.004, drifts: [0, 0, 0] };
    const sums = { up: 0, down: 0, neither: 0 };
    for (let code = 0; code < 3 ** 6; code++) {
      const path = Array.from({ length: 6 }, (_, t) => Math.floor(code / 3 ** t) % 3);
      let probability = Number(input.stateProbability[path[0]!]);
      for (let t = 1; t < 6; t++) probability *= Number(input.transition[3 * path[t - 1]! + path[t]!]);
      const variance = path.slice(1).reduce((sum, k) => sum + Number(input.volatilities[k]) ** 2, 0);
      const odds = firstPassage({ ...input, drift: 0, volatility: Math.sqrt(variance / 5) });
      for (const end of ['up', 'down', 'neither'] as const) sums[end] += probability * odds[end];
    }
    const odds = regimeLattice(input);
    for (const end of ['up', 'down', 'neither'] as const) expect(odds[end]).toBeCloseTo(sums[end], 5);
  });

  it('agrees with sampled regime paths, with drift', () => {
    for (const scale of [1, 5]) {
      const input = { ...regimes, drifts: regimes.drifts as number[] };
      input.drifts = input.drifts.map((drift) => drift * scale);
      const odds = regimeLattice(input);
      const sampled = simulateRegimeFirstPassage({ ...input, paths: 20_000, random: seededRandom(4) });
      for (const end of ['up', 'down', 'neither'] as const) {
        expect(Math.abs(odds[end] - sampled[end])).toBeLessThan(4 * sampled.standardError!);
      }
    }
  });

  it('agrees with the mixture of closed forms while drift is small', () => {
    const input = { ...regimes, drifts: [2e-6, 0, -2e-6] };
    const odds = regimeLattice(input);
    const mixed = simulateRegimeMixture({ ...input, paths: 100_000, random: seededRandom(5) });
    for (const end of ['up', 'down', 'neither'] as const) {
      expect(Math.abs(odds[end] - mixed[end])).toBeLessThan(4 * mixed.standardError! + 1e-4);
    }
  });

  it('turns around with the barriers and the drift', () => {
    const odds = regimeLattice(regimes);
    const turned = regimeLattice({
      ...regimes,
      up: regimes.down,
      down: regimes.up,
      drifts: [-0.0002, 0, 0.0004],
    });
    expect(turned.up).toBeCloseTo(odds.down, 10);
    expect(turned.down).toBeCloseTo(odds.up, 10);
  });

  it('gives the mean return of those that met neither', () => {
    // One bar far from both barriers: the whole distribution survives, E[exp(move)] - 1 is known.
    const one = { stateProbability: [1], transition: [1], drifts: [0.001], volatilities: [0.01], horizon: 1 };
    const odds = regimeLattice({ ...one, up: 0.1, down: 0.1 });
    expect(odds.neither).toBeCloseTo(1, 9);
    expect(odds.neitherReturn).toBeCloseTo(Math.expm1(0.001 + 0.01 ** 2 / 2), 7);
  });

  it('holds for states that hardly move and for long horizons', () => {
    const still = regimeLattice({ ...regimes, volatilities: [0, 1e-9, 1e-6], drifts: [0, 0, 0] });
    expect(still.neither).toBeGreaterThan(0.99);
    expect(regimeLattice({ ...regimes, horizon: 3000 }).neither).toBeLessThan(1e-6);
    expect(regimeLattice({ ...regimes, horizon: 0 })).toMatchObject({ up: 0, down: 0, neither: 1 });
    expect(regimeLattice({ ...regimes, up: 0 })).toMatchObject({ up: 1, down: 0 });
    expect(() => regimeLattice({ ...regimes, horizon: 1.5 })).toThrow(RangeError);
    expect(() => regimeLattice({ ...regimes, up: Infinity })).toThrow(RangeError);
  });
});
