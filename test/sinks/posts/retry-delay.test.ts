import { assert, double, nat, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../sinks/posts/retry-delay.ts';

describe('retryDelay', () => {
  it('lies between 2 s and 5 min, whatever the failures', () => {
    assert(
      property(nat(), double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (failures, dice) => {
        const ms = retryDelay(failures, () => dice);
        expect(ms).toBeGreaterThanOrEqual(2000);
        expect(ms).toBeLessThan(300_000);
      }),
    );
  });

  it('spreads over twice the range after each failure', () => {
    expect([1, 2, 3, 4].map((failures) => retryDelay(failures, () => 0.5))).toEqual([
      3000, 5000, 9000, 17_000,
    ]);
  });
});
