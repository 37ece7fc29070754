import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstPassage } from '../../../models/odds/first-passage.ts';
import { oracles, needsOracles } from '../oracles.ts';

const input = fc.record({
  drift: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  volatility: fc.double({ min: 1e-6, max: 1, noNaN: true }),
  up: fc.double({ min: 1e-5, max: 2, noNaN: true }),
  down: fc.double({ min: 1e-5, max: 2, noNaN: true }),
  horizon: fc.double({ min: 0, max: 1e5, noNaN: true }),
});

describe('firstPassage', () => {
  it('agrees with the oracles to twelve digits', needsOracles, () => {
    expect.assertions(oracles!.first_passage.length * 5);
    for (const { nu, sigma, a, b, T, ...wanted } of oracles!.first_passage) {
      const barriers = { drift: nu, volatility: sigma, up: a, down: b, horizon: T };
      const odds = firstPassage(barriers);
      expect(odds.up).toBeCloseTo(wanted.p_up_T, 12);
      expect(odds.down).toBeCloseTo(wanted.p_dn_T, 12);
      expect(odds.neither).toBeCloseTo(wanted.p_none_T, 12);
      expect(firstPassage({ ...barriers, horizon: Infinity }).up).toBeCloseTo(wanted.p_inf, 12);
      expect(firstPassage({ ...barriers, down: Infinity }).up).toBeCloseTo(wanted.p_single_up_T, 12);
    }
  });

  it('gives probabilities that sum to one for any finite input', () => {
    fc.assert(
      fc.property(input, (barriers) => {
        const { up, down, neither } = firstPassage(barriers);
        expect(Math.min(up, down, neither)).toBeGreaterThanOrEqual(0);
        expect(up + down + neither).toBeCloseTo(1, 11);
      }),
      { numRuns: 2000 },
    );
  });

  it('turns around when the barriers and the drift change sides', () => {
    fc.assert(
      fc.property(input, (barriers) => {
        const odds = firstPassage(barriers);
        const turned = firstPassage({
          ...barriers,
          drift: -barriers.drift,
          up: barriers.down,
          down: barriers.up,
        });
        expect(turned.up).toBeCloseTo(odds.down, 11);
        expect(turned.down).toBeCloseTo(odds.up, 11);
      }),
    );
  });

  it('keeps its odds when price and time are measured in other units', () => {
    fc.assert(
      fc.property(input, fc.double({ min: 0.01, max: 100, noNaN: true }), (barriers, unit) => {
        const { drift, volatility, up, down, horizon } = barriers;
        const odds = firstPassage(barriers);
        const prices = {
          drift: drift * unit,
          volatility: volatility * unit,
          up: up * unit,
          down: down * unit,
          horizon,
        };
        expect(firstPassage(prices).up).toBeCloseTo(odds.up, 9);
        const bars = {
          ...barriers,
          drift: drift * unit,
          volatility: volatility * Math.sqrt(unit),
          horizon: horizon / unit,
        };
        expect(firstPassage(bars).up).toBeCloseTo(odds.up, 9);
      }),
    );
  });

  it('only gains exits as the horizon grows, up to the limit', () => {
    fc.assert(
      fc.property(input, (barriers) => {
        const now = firstPassage(barriers);
        const later = firstPassage({ ...barriers, horizon: barriers.horizon * 1.5 });
        const limit = firstPassage({ ...barriers, horizon: Infinity });
        expect(later.up).toBeGreaterThanOrEqual(now.up - 1e-13);
        expect(limit.up).toBeGreaterThanOrEqual(later.up - 1e-13);
        // A difference of two numbers near 1, each exact to some 1e-13.
        expect(limit.neither).toBeCloseTo(0, 11);
      }),
    );
  });

  it('has no seam where it changes from images to eigenfunctions', () => {
    for (const drift of [0, 0.001, -0.02, 0.3]) {
      const barriers = { drift, volatility: 0.01, up: 0.03, down: 0.02 };
      const seam = 0.5 * (0.05 / 0.01) ** 2;
      const before = firstPassage({ ...barriers, horizon: seam * (1 - 1e-13) });
      const after = firstPassage({ ...barriers, horizon: seam });
      expect(after.up - before.up).toBeCloseTo(0, 12);
      expect(after.down - before.down).toBeCloseTo(0, 12);
    }
  });

  it('expects to end where it began without drift', () => {
    const { up, down } = firstPassage({
      drift: 0,
      volatility: 0.01,
      up: 0.03,
      down: 0.02,
      horizon: Infinity,
    });
    expect(0.03 * up - 0.02 * down).toBeCloseTo(0, 14);
  });

  it('knows its limits', () => {
    const barriers = { drift: 0, volatility: 0.01, up: 0.02, down: 0.01, horizon: 10 };
    expect(firstPassage({ ...barriers, horizon: 0 })).toEqual({ up: 0, down: 0, neither: 1 });
    expect(firstPassage({ ...barriers, up: 0 })).toEqual({ up: 1, down: 0, neither: 0 });
    expect(firstPassage({ ...barriers, down: 0 })).toEqual({ up: 0, down: 1, neither: 0 });
    expect(firstPassage({ ...barriers, up: 0, down: 0 }).neither).toBe(0);
    expect(firstPassage({ ...barriers, volatility: 0 })).toEqual({ up: 0, down: 0, neither: 1 });
    expect(firstPassage({ ...barriers, volatility: 0, drift: 0.003 })).toEqual({
      up: 1,
      down: 0,
      neither: 0,
    });
    expect(firstPassage({ ...barriers, volatility: 0, drift: -0.003 })).toEqual({
      up: 0,
      down: 1,
      neither: 0,
    });
    expect(firstPassage({ ...barriers, drift: 1e6 })).toEqual({ up: 1, down: 0, neither: 0 });
    expect(firstPassage({ ...barriers, drift: -1e6 })).toEqual({ up: 0, down: 1, neither: 0 });
    expect(firstPassage({ ...barriers, up: Infinity, down: Infinity })).toEqual({
      up: 0,
      down: 0,
      neither: 1,
    });
  });

  it('refuses what is no question', () => {
    const barriers = { drift: 0, volatility: 0.01, up: 0.02, down: 0.01, horizon: 10 };
    expect(() => firstPassage({ ...barriers, drift: Number.NaN })).toThrow(RangeError);
    expect(() => firstPassage({ ...barriers, volatility: -1 })).toThrow(RangeError);
    expect(() => firstPassage({ ...barriers, up: -0.1 })).toThrow(RangeError);
    expect(() => firstPassage({ ...barriers, horizon: Number.NaN })).toThrow(RangeError);
  });
});
