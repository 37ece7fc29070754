import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exponential } from '../../../models/hmm/exponential.ts';

/** exp(-n / 16) to 40 digits and more, by the series in whole numbers of 10^-60. */
function exactly(sixteenths: number): number {
  const unit = 10n ** 60n;
  let term = unit;
  let sum = unit;
  for (let k = 1n; term !== 0n; k++) {
    term = (term * BigInt(sixteenths)) / (16n * k);
    sum += term;
  }
  const inverse = (unit * unit * 10n ** 20n) / sum;
  return Number(inverse) / 1e80;
}

describe('exponential', () => {
  it('keeps its error below 6e-16 of the value, against whole numbers', () => {
    for (let n = 0; n < 640; n++) {
      const exact = exactly(n);
      expect(Math.abs(exponential(-n / 16) / exact - 1)).toBeLessThan(6e-16);
    }
  });

  it('is what Math.exp says, to the roundings of both', () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 0, noNaN: true }), (x) => {
        expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(9e-16);
      }),
      { numRuns: 5000 },
    );
  });

  it('is 1 at zero, and 0 beyond the doubles and for what is no number', () => {
    expect([exponential(0), exponential(-0)]).toEqual([1, 1]);
    expect([exponential(-709), exponential(-Infinity), exponential(Number.NaN)]).toEqual([0, 0, 0]);
  });
});
