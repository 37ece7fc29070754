import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withTimeout } from '../../store/with-timeout.ts';

const never = () => new Promise<never>(() => {});

describe('withTimeout', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

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
    await vi.advanceTimersByTimeAsync(101);
    expect(await result).toBe('Redis has not answered for 100 ms');
  });

  it('rejects with the error that it is given', async () => {
    const error = new RangeError('late');
    const result = withTimeout(100, never(), () => error).catch((failure: unknown) => failure);
    await vi.advanceTimersByTimeAsync(101);
    expect(await result).toBe(error);
  });
});

describe('withTimeout after a stall of its process', () => {
  it('gives an answer that had arrived before the process could look at it', async () => {
    const server = spawn(process.execPath, [
      '-e',
      `process.stdout.write('ready'); process.stdin.once('data', () => process.stdout.write('answer'))`,
    ]);
    const ended = once(server, 'exit');
    try {
      await once(server.stdout, 'data');
      const answer = once(server.stdout, 'data').then(([data]) => String(data));
      await new Promise((done) => server.stdin.write('question', done));
      const result = withTimeout(100, answer, 'the server');
      // This thread does nothing else until then: the answer waits in its socket.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
      expect(await result).toBe('answer');
    } finally {
      server.kill();
      await ended;
    }
  });
});
