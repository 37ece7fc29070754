import { describe, expect, it } from 'vitest';
import { jitteredBackoff } from '../../streams/jittered-backoff.ts';

describe('jitteredBackoff', () => {
  it('is uniform between the shortest delay and a bound that doubles up to the longest', () => {
    const longest = [1, 2, 3, 6, 7, 1_000].map((attempt) => jitteredBackoff(attempt, { random: () => 1 }));
    expect(longest).toEqual([1_000, 2_000, 4_000, 30_000, 30_000, 30_000]);
    expect(jitteredBackoff(3, { random: () => 0 })).toBe(500);
    expect(jitteredBackoff(3, { random: () => 0.5 })).toBe(2_250);
    expect(jitteredBackoff(9, { minMs: 10, maxMs: 100, random: () => 1 })).toBe(100);
  });
});
