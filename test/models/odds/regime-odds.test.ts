import { describe, expect, it } from 'vitest';
import { firstPassage } from '../../../models/odds/first-passage.ts';
import { type RegimeInput, simulateRegimeFirstPassage } from '../../../models/odds/monte-carlo.ts';
import { seededRandom } from '../../../models/random.ts';
import { regimeClasses } from '../../../models/odds/regime-classes.ts';
import { regimeLattice } from '../../../models/odds/regime-lattice.ts';
import { simulateRegimeMixture } from './regime-mixture.ts';
import { regimeModes } from '../../../models/odds/regime-modes.ts';
import { tradeOdds } from '../../../models/decision/trade-odds.ts';

/** Sticky regimes of three volatilities as fits of real windows have them, levels half and three quarters of a deviation off. */
function regimes(seed: number, drift = 0, horizon = 24): RegimeInput {
  const random = seededRandom(seed);
  const volatilities = [0.4 + 0.4 * random(), 0.8 + 0.4 * random(), 1.2 + random()];
  const transition = [0, 1, 2].flatMap((i) => {
    const stay = 0.6 + 0.39 * random();
    const share = random();
    const [a, b] = [(1 - stay) * share, (1 - stay) * (1 - share)];
    return i === 0 ? [stay, a, b] : i === 1 ? [a, stay, b] : [a, b, stay];
  });
  const [p, q] = [random(), random()];
  return {
    up: 0.75 * Math.sqrt(horizon),
    down: 0.5 * Math.sqrt(horizon),
    horizon,
    stateProbability: [p * q, p * (1 - q), 1 - p],
    transition,
    drifts: volatilities.map((value) => drift * value ** 2),
    volatilities,
  };
}
const apart = (a: { up: number; down: number }, b: { up: number; down: number }) =>
  Math.max(Math.abs(a.up - b.up), Math.abs(a.down - b.down));
const seeds = Array.from({ length: 60 }, (_, seed) => seed + 1);

describe('regimeClasses', () => {
  it('is the lattice where the drift is proportional to the variance, and the sampled paths it counts', () => {
    for (const seed of seeds.slice(0, 20)) {
      for (const drift of [0, 0.01, -0.02]) {
        const input = regimes(seed, drift);
        expect(apart(regimeClasses(input), regimeLattice(input))).toBeLessThan(2e-5);
      }
    }
    const input = regimes(3, 0.02);
    const sampled = simulateRegimeMixture({ ...input, paths: 40_000, random: seededRandom(1) });
    expect(apart(regimeClasses(input), sampled)).toBeLessThan(5 * sampled.standardError!);
  });

  it('sees an error of .01 in the lattice in every window, with drifts as different as fits have them', () => {
    const seen = seeds.filter((seed) => {
      const input = regimes(seed);
      const drifts = [-0.01, 0, 0.01];
      const [lattice, classes] = [regimeLattice({ ...input, drifts }), regimeClasses({ ...input, drifts })];
      expect(apart(lattice, classes)).toBeLessThan(0.004);
      return apart({ up: lattice.up + 0.01, down: lattice.down - 0.01 }, classes) > 0.005;
    });
    expect(seen).toEqual(seeds);
  });
});

describe('regimeLattice', () => {
  it.each([
    { horizon: 400, reach: 1, stay: 0.9, drift: 0 },
    { horizon: 400, reach: 0.15, stay: 0.6, drift: 0.02 },
    { horizon: 400, reach: 0.7, stay: 0.97, drift: -0.03 },
    { horizon: 1000, reach: 2, stay: 0.97, drift: 0.01 },
    { horizon: 1000, reach: 0.8, stay: 0.9, drift: 0.02 },
    { horizon: 1000, reach: 0.1, stay: 0.99, drift: 0 },
  ])(
    'of $horizon bars is what sampled paths do, be the levels near or far: $reach deviations, regimes of $stay',
    ({ horizon, reach, stay, drift }) => {
      const input: RegimeInput = {
        horizon,
        up: (1.2 * Math.sqrt(horizon)) / reach,
        down: (0.8 * Math.sqrt(horizon)) / reach,
        stateProbability: [0.6, 0.3, 0.1],
        transition: [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? stay : (1 - stay) / 2))),
        drifts: [drift, 0, -drift / 2],
        volatilities: [0.4, 1, 2],
      };
      const sampled = simulateRegimeFirstPassage({ ...input, paths: 3000, random: seededRandom(7) });
      const within = 0.005 + 4 * sampled.standardError!;
      expect(apart(regimeLattice(input), sampled)).toBeLessThan(within);
      expect(apart(regimeModes(input)[0]!, sampled)).toBeLessThan(0.015 + within);
    },
  );
});

describe('regimeModes', () => {
  it('is the classes without drift and with drift proportional to the variance, for each scale of the variance', () => {
    for (const seed of seeds) {
      const input = regimes(seed, 0.01);
      expect(apart(regimeModes(input)[0]!, regimeClasses(input))).toBeLessThan(1e-6);
      const [half, double] = regimeModes({ ...input, drifts: [0, 0, 0] }, [0.5, 2]);
      const scaled = (scale: number) => ({
        ...input,
        drifts: [0, 0, 0],
        volatilities: Array.from(input.volatilities, (value) => value * Math.sqrt(scale)),
      });
      expect(apart(half!, regimeClasses(scaled(0.5)))).toBeLessThan(1e-6);
      expect(apart(double!, regimeClasses(scaled(2)))).toBeLessThan(1e-6);
    }
  });

  it('is the closed form where there is one volatility, for any horizon', () => {
    for (const horizon of [1, 2, 24, 200]) {
      const input = { ...regimes(1, 0, horizon), drifts: [0.01, 0.01, 0.01], volatilities: [1, 1, 1] };
      const exact = firstPassage({ ...input, drift: 0.01, volatility: 1 });
      expect(apart(regimeModes(input)[0]!, exact)).toBeLessThan(1e-9);
    }
  });
});

describe('tradeOdds', () => {
  const input = regimes(5);
  const entry = 100;
  const levels = { tp: 100 * Math.exp(0.03), sl: 100 * Math.exp(-0.02), reward: 0.03, risk: 0.02 };
  const volatilities = Array.from(input.volatilities, (value) => value * 0.008);
  const small = { ...input, volatilities, giveBack: 0 };

  it('says neither more often the less is known of the variance, and mirrors for a sale', () => {
    const neither = [0, 0.25, 0.5, 1].map(
      (spread) => tradeOdds(1, entry, levels, { ...small, spread }).neither,
    );
    expect(neither).toEqual([...neither].sort((a, b) => a - b));
    const { up, down } = tradeOdds(1, entry, levels, { ...small, spread: 0.25 });
    const mirrored = { ...levels, tp: 100 * Math.exp(-0.03), sl: 100 * Math.exp(0.02) };
    const sale = tradeOdds(-1, entry, mirrored, { ...small, spread: 0.25 });
    expect(sale.up).toBeCloseTo(up, 9);
    expect(sale.down).toBeCloseTo(down, 9);
  });

  it('lets the path start where the give-back has it, and tells results from the entry', () => {
    const model = { ...small, spread: 0.25 };
    const given = tradeOdds(1, entry, levels, { ...model, giveBack: -0.005 });
    const lower = tradeOdds(1, entry * Math.exp(-0.005), levels, model);
    expect(given.up).toBeCloseTo(lower.up, 12);
    expect(given.down).toBeCloseTo(lower.down, 12);
    expect(1 + given.neitherReturn).toBeCloseTo((1 + lower.neitherReturn) * Math.exp(-0.005), 12);
    const mirrored = { ...levels, tp: 100 * Math.exp(-0.03), sl: 100 * Math.exp(0.02) };
    const flat = { ...model, drifts: [0, 0, 0] };
    const bought = tradeOdds(1, entry, levels, { ...flat, giveBack: -0.005 });
    const sold = tradeOdds(-1, entry, mirrored, { ...flat, giveBack: 0.005 });
    expect(sold.up).toBeCloseTo(bought.up, 9);
    expect(sold.down).toBeCloseTo(bought.down, 9);
    expect(bought.up).toBeLessThan(tradeOdds(1, entry, levels, flat).up - 0.05);
  });

  it('lets no give-back pass half of the way to a level', () => {
    const odds = (giveBack: number) => tradeOdds(1, entry, levels, { ...small, spread: 0.25, giveBack });
    expect(odds(-1)).toEqual(odds(Math.log(levels.sl / entry) / 2));
    expect(odds(1)).toEqual(odds(Math.log(levels.tp / entry) / 2));
  });

  it('is the mean over variances drawn from a lognormal', () => {
    const spread = 0.6;
    const odds = tradeOdds(1, entry, levels, { ...small, spread });
    const { up, down, drifts } = {
      up: Math.log(levels.tp / 100),
      down: -Math.log(levels.sl / 100),
      drifts: [0, 0, 0],
    };
    // Many points of the normal distribution in place of three.
    let [sum, total] = [0, 0];
    for (let z = -5; z <= 5; z += 0.05) {
      const weight = Math.exp(-(z * z) / 2);
      const scale = Math.exp(spread * z - spread ** 2 / 2);
      sum += weight * regimeModes({ ...small, drifts, up, down }, [scale])[0]!.neither;
      total += weight;
    }
    expect(odds.neither).toBeCloseTo(sum / total, 2);
  });

  it.each([
    { ratio: 4, near: 1, horizon: 24 },
    { ratio: 10, near: 3, horizon: 24 },
    { ratio: 10, near: 0.4, horizon: 200 },
    { ratio: 60, near: 2, horizon: 24 },
    { ratio: 60, near: 6, horizon: 200 },
  ])(
    'are those of sampled paths with a target $ratio stops away, the stop $near deviations, $horizon bars',
    ({ ratio, near, horizon }) => {
      const deviation = 0.0008;
      const risk = near * deviation * Math.sqrt(horizon);
      const model = {
        horizon,
        stateProbability: [0.6, 0.3, 0.1],
        transition: [0.9, 0.05, 0.05, 0.05, 0.9, 0.05, 0.05, 0.05, 0.9],
        drifts: [0, 0, 0],
        volatilities: [0.05, 1, 1.6].map((value) => value * deviation),
      };
      const [down, up] = [risk, ratio * risk];
      const sampled = simulateRegimeFirstPassage({
        ...model,
        up,
        down,
        paths: 6000,
        random: seededRandom(3),
      });
      const far = { tp: entry * Math.exp(up), sl: entry * Math.exp(-down), reward: up, risk };
      const odds = tradeOdds(1, entry, far, { ...model, spread: 0, giveBack: 0 });
      expect(apart(odds, sampled)).toBeLessThan(0.005 + 4 * sampled.standardError!);
      // Without drift a trade moves nowhere, however its ways out are told apart.
      const moves = odds.up * up - odds.down * down + odds.neither * Math.log1p(odds.neitherReturn);
      expect(Math.abs(moves) / risk).toBeLessThan(0.02);
    },
  );

  it('checks horizons of more bars than classes can be counted for', () => {
    const { disagreement } = tradeOdds(1, entry, levels, { ...small, horizon: 60, spread: 0.25 });
    expect(disagreement).toBeLessThan(0.005);
  });
});
