import { describe, expect, it } from 'vitest';
import { sample } from '../../mutate/sample.ts';

const values = Array.from({ length: 200 }, (_, i) => i);

describe('sample', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(sample(values, 20, 1)).toEqual(sample(values, 20, 1));
    expect(sample(values, 20, 1)).not.toEqual(sample(values, 20, 2));
  });

  it('draws each value at most once, and all of a few', () => {
    expect(new Set(sample(values, 150, 3)).size).toBe(150);
    expect(sample(values, Infinity, 3).toSorted((a, b) => a - b)).toEqual(values);
    expect(sample([], 5, 1)).toEqual([]);
  });

  it('begins with what a smaller one holds', () => {
    expect(sample(values, 50, 4).slice(0, 10)).toEqual(sample(values, 10, 4));
  });
});
