import { describe, expect, it } from 'vitest';
import { erfc, erfcx } from '../../../models/odds/erfcx.ts';
import { gaussLegendre } from '../../../models/odds/gauss-legendre.ts';
import { seededRandom, standardNormal } from '../../../models/random.ts';
import { correlation, mean, median, quantile, variance } from '../../../models/statistics.ts';

describe('erfc and erfcx', () => {
  it('agree with C99 erfc (glibc) to thirteen digits', () => {
    const known = [
      [-3, 1.9999779095030015],
      [-0.5, 1.5204998778130465],
      [0, 1],
      [0.1, 0.8875370839817152],
      [0.5, 0.4795001221869535],
      [1, 0.15729920705028513],
      [2, 0.004677734981047266],
      [5, 1.5374597944280349e-12],
      [10, 2.088487583762545e-45],
      [20, 5.395865611607901e-176],
    ] as const;
    for (const [x, value] of known) expect(erfc(x) / value).toBeCloseTo(1, 13);
    for (const [x, value] of known.slice(2, 8))
      expect(erfcx(x) / (Math.exp(x * x) * value)).toBeCloseTo(1, 12);
    // erfcx(x) -> 1 / (x sqrt(pi)) far out, where erfc is zero.
    expect(erfcx(1e9) * 1e9 * Math.sqrt(Math.PI)).toBeCloseTo(1, 12);
    expect(erfcx(Infinity)).toBe(0);
    // The standard normal distribution function.
    expect(erfc(-1.959963984540054 * Math.SQRT1_2) / 2).toBeCloseTo(0.975, 14);
  });
});

describe('gaussLegendre', () => {
  it('integrates polynomials of degree 2n - 1', () => {
    for (const n of [1, 2, 7, 24, 112]) {
      const { nodes, weights } = gaussLegendre(n);
      for (const degree of [0, 1, 2 * n - 1]) {
        const integral = weights.reduce((sum, weight, i) => sum + weight * nodes[i]! ** degree, 0);
        expect(integral).toBeCloseTo(1 / (degree + 1), 12);
      }
    }
  });
});

describe('seededRandom', () => {
  it('repeats itself, differs between seeds and streams, and stays in [0, 1)', () => {
    const draw = (seed: number, stream = 0): number[] => {
      const random = seededRandom(seed, stream);
      return Array.from({ length: 1000 }, random);
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(draw(1)).not.toEqual(draw(1, 1));
    expect(draw(5).every((value) => value >= 0 && value < 1)).toBe(true);
    // The standard error of the mean of 1,000 uniforms is 0.009, and neighbours in seed must not move together.
    expect(Math.abs(mean(draw(7)) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(correlation(draw(7), draw(8)))).toBeLessThan(0.13);
  });

  it('feeds normals with mean 0 and variance 1', () => {
    const random = seededRandom(3);
    const normals = Array.from({ length: 20_000 }, () => standardNormal(random));
    expect(Math.abs(mean(normals))).toBeLessThan(0.03);
    expect(Math.abs(variance(normals) - 1)).toBeLessThan(0.05);
  });
});

describe('statistics', () => {
  it('agree with hand-made numbers', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(variance([1, 2, 6])).toBeCloseTo(14 / 3, 12);
    expect(variance([1, 2, 6], 1)).toBe(7);
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 6], 1)).toBe(7);
    expect(quantile([3, 1, 2, 4], 0.25)).toBe(1.75);
    expect(median([9, 1, 5])).toBe(5);
    expect(median([])).toBeNaN();
    expect(correlation([1, 2, 3], [2, 4, 6])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [1, 1, 1])).toBe(0);
    expect(mean([])).toBe(0);
  });
});
