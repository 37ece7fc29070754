import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clusteredMean, designEffect } from '../../../models/report/clustered-mean.ts';
import { variance } from '../../../models/statistics.ts';
import { studentQuantile } from '../../../models/report/student-quantile.ts';
import { wilsonInterval } from '../../../models/report/wilson-interval.ts';

const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 40 });

describe('clusteredMean', () => {
  it('has the error of three clusters', () => {
    const { mean, error, clusters } = clusteredMean([1.5, -1, 1.5, -1, -1, 1.5], [1, 1, 2, 2, 2, 3]);
    expect(mean).toBe(0.25);
    expect(clusters).toBe(3);
    expect(error).toBeCloseTo(0.360844, 6);
  });

  it('is the usual error where every value is its own cluster, in any order of any labels', () => {
    fc.assert(
      fc.property(values, (all) => {
        const usual = Math.sqrt(variance(all, 1) / all.length);
        expect(clusteredMean(all, [...all.keys()]).error).toBeCloseTo(usual, 9);
        const labels = all.map((_, i) => `day ${i % 5}`);
        const turned = clusteredMean(all.toReversed(), labels.toReversed());
        expect(turned.error ?? 0).toBeCloseTo(clusteredMean(all, labels).error ?? 0, 9);
      }),
    );
  });

  it('gains nothing from the same values told twice', () => {
    fc.assert(
      fc.property(values, (all) => {
        const days = all.map((_, i) => i >> 1);
        const once = clusteredMean(all, days);
        const twice = clusteredMean([...all, ...all], [...days, ...days]);
        expect(twice.error ?? 0).toBeCloseTo(once.error ?? 0, 9);
      }),
    );
  });

  it('says nothing of the error of one cluster, and nothing at all of no values', () => {
    expect(clusteredMean([1, 2], [7, 7])).toMatchObject({ mean: 1.5, error: null, interval: null });
    expect(clusteredMean([], [])).toMatchObject({ mean: null, clusters: 0 });
    expect(() => clusteredMean([1], [])).toThrow(RangeError);
  });
});

describe('designEffect', () => {
  it('is the size of clusters that are all alike inside, and 1 where nothing is alike', () => {
    const days = Array.from({ length: 400 }, (_, i) => i >> 2);
    const alike = days.map((day) => day % 2 === 0);
    expect(designEffect(alike, days)).toBeCloseTo(4, 1);
    const apart = days.map((_, i) => i % 2 === 0);
    expect(designEffect(apart, days)).toBe(1);
  });

  it('is unknown of one cluster or of outcomes that are all the same', () => {
    expect(designEffect([true, false], [1, 1])).toBeNull();
    expect(designEffect([true, true], [1, 2])).toBeNull();
  });

  it('widens the Wilson interval as fewer trials would', () => {
    expect(wilsonInterval(40, 100, 4)).toEqual(wilsonInterval(10, 25));
    expect(() => wilsonInterval(4, 10, 0.9)).toThrow(RangeError);
  });
});

describe('studentQuantile', () => {
  it.each([
    [1, 12.7062047],
    [2, 4.30265273],
    [3, 3.18244631],
    [4, 2.77644511],
    [5, 2.57058184],
    [10, 2.22813885],
    [29, 2.04522964],
    [30, 2.04227246],
    [120, 1.97993041],
    [5000, 1.96043864],
  ])('of %i degrees of freedom agrees with the tables', (degreesOfFreedom, t) => {
    expect(studentQuantile(degreesOfFreedom)).toBeCloseTo(t, 6);
  });

  it('refuses what is no number of degrees', () => {
    expect(() => studentQuantile(0)).toThrow(RangeError);
    expect(() => studentQuantile(1.5)).toThrow(RangeError);
    expect(() => studentQuantile(3, 1)).toThrow(RangeError);
  });
});
