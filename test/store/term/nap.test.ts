import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createNap } from '../../../store/term/nap.ts';

describe('createNap', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends after its time, or when it is woken, and a wake beside it cuts no later one short', async () => {
    const nap = createNap();
    let naps = 0;
    const sleep = (ms: number) => void nap.sleep(ms).then(() => naps++);
    nap.wake();
    sleep(100);
    await vi.advanceTimersByTimeAsync(99);
    expect(naps).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(naps).toBe(1);
    nap.wake();
    sleep(100);
    await vi.advanceTimersByTimeAsync(50);
    expect(naps).toBe(1);
    nap.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect([naps, vi.getTimerCount()]).toEqual([2, 0]);
  });
});
