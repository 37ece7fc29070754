import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram } from '../../../models/report/histogram.ts';

describe('histogram', () => {
  it('has no bin without values', () => {
    expect(histogram([])).toEqual([]);
  });

  it('counts by bins of one width from the lowest to the highest, the empty ones too', () => {
    expect(histogram([-1, -0.95, 0.05, 0.3], 14)).toEqual(
      [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1].map((count, i) => ({
        from: Number((-1 + i * 0.1).toFixed(2)),
        to: Number((-0.9 + i * 0.1).toFixed(2)),
        count,
      })),
    );
  });

  it('keeps losses and wins apart: zero is an edge', () => {
    const bins = histogram([-0.001, 0, 0.001]);
    expect(bins).toEqual([
      { from: -0.1, to: 0, count: 1 },
      { from: 0, to: 0.1, count: 2 },
    ]);
  });

  it('is not flattened by an outlier, which is in a bin without an end', () => {
    const values = [...Array.from({ length: 150 }, (_, i) => (i % 2 === 0 ? -1 : 1.5)), -347.77, 90];
    const bins = histogram(values);
    expect(bins[0]).toEqual({ from: null, to: -0.75, count: 76 });
    expect(bins.at(-1)).toEqual({ from: 1.5, to: null, count: 76 });
    expect(bins).toHaveLength(11);
  });

  it('counts every value once, in bins without a hole', () => {
    assert(
      property(
        array(
          integer({ min: -1e6, max: 1e6 }).map((milli) => milli / 1000),
          { minLength: 1, maxLength: 300 },
        ),
        integer({ min: 2, max: 40 }),
        (values, most) => {
          const bins = histogram(values, most);
          expect(bins.length).toBeLessThanOrEqual(most);
          expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
          for (const [i, { from }] of bins.entries()) if (i > 0) expect(from).toBe(bins[i - 1]!.to);
          for (const { from, to, count } of bins) {
            const within = values.filter((v) => (from === null || v >= from) && (to === null || v < to));
            expect(count).toBe(within.length);
          }
        },
      ),
    );
  });
});
