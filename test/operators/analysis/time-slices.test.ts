import { describe, expect, it } from 'vitest';
import { createTimeSlices } from '../../../operators/analysis/time-slices.ts';

const spin = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

describe('createTimeSlices', () => {
  it('does work in order, and lets the event loop in between', async () => {
    const slices = createTimeSlices(4);
    const seen: string[] = [];
    const over = new Promise<void>((resolve) => {
      for (let i = 0; i < 9; i++)
        slices(() => {
          seen.push(String(i));
          spin(3);
          if (i === 8) resolve();
        });
    });
    const other = setInterval(() => seen.push('other'), 1);
    await over;
    clearInterval(other);
    expect(seen.filter((one) => one !== 'other').join('')).toBe('012345678');
    const pauses = seen.join('').split(/(?:other)+/).length - 1;
    expect(pauses).toBeGreaterThanOrEqual(3);
  });

  it('takes work back', async () => {
    const slices = createTimeSlices();
    const seen: number[] = [];
    const takeBack = slices(() => seen.push(1));
    slices(() => seen.push(2));
    takeBack();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen).toEqual([2]);
  });
});
