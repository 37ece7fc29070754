import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withTimeout } from '../../store/with-timeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());
const never = () => new Promise<never>(() => {});

describe('withTimeout', () => {
  it('gives the result of work that ends in time, and leaves no timer', async () => {
    await expect(withTimeout(100, Promise.resolve(7), 'Redis')).resolves.toBe(7);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('passes the error of the work', async () => {
    await expect(withTimeout(100, Promise.reject(new Error('full')), 'Redis')).rejects.toThrow('full');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('names what did not answer, and the limit', async () => {
    const result = withTimeout(100, never(), 'Redis').catch((error: Error) => error.message);
    await vi.advanceTimersByTimeAsync(100);
    expect(await result).toBe('Redis has not answered for 100 ms');
  });

  it('rejects with the error that it is given', async () => {
    const error = new RangeError('late');
    const result = withTimeout(100, never(), () => error).catch((failure: unknown) => failure);
    await vi.advanceTimersByTimeAsync(100);
    expect(await result).toBe(error);
  });
});
