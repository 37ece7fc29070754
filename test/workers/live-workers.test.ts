import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveWorkers } from '../../workers/live-workers.ts';

describe('createLiveWorkers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('adds up the threads of the workers that answered within the last minute', () => {
    const workers = createLiveWorkers();
    expect(workers.threads).toBe(0);
    workers.answered('a', 2);
    vi.advanceTimersByTime(30_000);
    workers.answered('b', 3);
    expect(workers.threads).toBe(5);
    vi.advanceTimersByTime(31_000);
    expect(workers.threads).toBe(3);
  });

  it('takes the last number of threads of a worker', () => {
    const workers = createLiveWorkers();
    workers.answered('a', 2);
    workers.answered('a', 8);
    expect(workers.threads).toBe(8);
  });
});
