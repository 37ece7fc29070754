import { describe, expect, it } from 'vitest';
import { createCircuitBreaker } from '../../../../streams/provider/rest/circuit-breaker.ts';

const open = () => {
  const outages: boolean[] = [];
  const breaker = createCircuitBreaker({ random: () => 1, onAway: (isAway) => outages.push(isAway) });
  return { breaker, outages };
};

describe('createCircuitBreaker', () => {
  it('lets every call through until one fails', () => {
    const { breaker } = open();
    expect(breaker.nextCallAt(3)).toBe(-Infinity);
    expect(breaker.outageSince()).toBeNull();
  });

  it('delays each probe twice as long as the last, up to a minute, and allows one at a time', () => {
    const { breaker } = open();
    const delays: number[] = [];
    let now = 1_000_000;
    for (let i = 0; i < 9; i++) {
      breaker.failed(now, now + 10);
      delays.push((breaker.nextCallAt(0) - now - 10) / 1000);
      expect(breaker.nextCallAt(1)).toBe(Infinity);
      now = breaker.nextCallAt(0);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(breaker.outageSince()).toBe(1_000_010);
  });

  it('counts calls that were in flight together as one failure', () => {
    const { breaker, outages } = open();
    breaker.failed(0, 100);
    breaker.failed(50, 200);
    expect(breaker.nextCallAt(0)).toBe(1_100);
    expect(outages).toEqual([true]);
  });

  it('ends the outage with the first answer', () => {
    const { breaker, outages } = open();
    breaker.failed(0, 100);
    breaker.answered();
    breaker.answered();
    expect([breaker.nextCallAt(1), breaker.outageSince()]).toEqual([-Infinity, null]);
    expect(outages).toEqual([true, false]);
    breaker.failed(200, 300);
    expect(breaker.nextCallAt(0)).toBe(1_300);
  });
});
