import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrate, fitCalibration, UNCALIBRATED } from '../../../models/report/calibration.ts';

const probability = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('calibrate', () => {
  it('moves the log odds by the intercept', () => {
    const logit = (p: number): number => Math.log(p / (1 - p));
    fc.assert(
      fc.property(probability, fc.double({ min: -3, max: 3, noNaN: true }), (p, intercept) => {
        expect(logit(calibrate(p, { intercept, n: 9 }))).toBeCloseTo(logit(p) + intercept, 8);
      }),
    );
    expect(calibrate(0.4, UNCALIBRATED)).toBeCloseTo(0.4, 15);
    expect(calibrate(0, { intercept: 2, n: 1 })).toBe(0);
    expect(calibrate(1, { intercept: -2, n: 1 })).toBe(1);
  });
});

describe('fitCalibration', () => {
  it('brings the mean forecast to what came, with fifty outcomes of doubt', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(probability, fc.boolean()), { minLength: 1, maxLength: 80 }), (pairs) => {
        const forecasts = pairs.map(([p]) => p);
        const calibration = fitCalibration(
          forecasts,
          pairs.map(([, outcome]) => outcome),
        );
        const n = pairs.length;
        const mean = forecasts.reduce((sum, p) => sum + p, 0) / n;
        const wins = pairs.filter(([, outcome]) => outcome).length;
        const shifted = forecasts.reduce((sum, p) => sum + calibrate(p, calibration), 0) / n;
        expect(shifted).toBeCloseTo((wins + 50 * mean) / (n + 50), 9);
        expect(calibration.n).toBe(n);
      }),
    );
  });

  it('changes nothing without outcomes or where forecasts come true', () => {
    expect(fitCalibration([], [])).toEqual(UNCALIBRATED);
    const { intercept } = fitCalibration([0.25, 0.25, 0.25, 0.25], [1, 0, 0, 0]);
    expect(intercept).toBeCloseTo(0, 9);
  });

  it('learns slowly at first, and in the end what came', () => {
    const shift = (n: number): number =>
      calibrate(
        0.4,
        fitCalibration(
          Array.from({ length: n }, () => 0.4),
          Array.from({ length: n }, (_, i) => i % 5 === 0),
        ),
      );
    expect(shift(10)).toBeGreaterThan(0.36);
    expect(shift(5000)).toBeCloseTo(0.2, 2);
  });

  it('refuses unequal lengths', () => {
    expect(() => fitCalibration([0.5], [])).toThrow(RangeError);
  });
});
