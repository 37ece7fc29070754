import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeLoop } from '../../../sinks/writer/write-loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A loop whose database is away: each write fails at once. */
function awayLoop(retryMs: number) {
  let tries = 0;
  const loop = writeLoop({ flush: async () => ++tries < 0, isIdle: () => false, retryMs });
  return { loop, tries: () => tries };
}

describe('writeLoop', () => {
  it('keeps to the pause while the database is away, however much arrives', async () => {
    const { loop, tries } = awayLoop(300);
    await vi.advanceTimersByTimeAsync(0);
    for (let i = 0; i < 10; i += 1) {
      loop.wake();
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(tries()).toBe(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(tries()).toBe(2);
  });

  it('stops at once in the middle of that pause, also where something arrived in it', async () => {
    const { loop, tries } = awayLoop(60_000);
    await vi.advanceTimersByTimeAsync(0);
    loop.wake();
    let isStopped = false;
    void loop.stop(30_000).then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(0);
    expect(isStopped).toBe(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(tries()).toBe(1);
  });

  it('stops after the write in hand, and does not wait for more than its patience', async () => {
    const first = Promise.withResolvers<boolean>();
    const loop = writeLoop({ flush: () => first.promise, isIdle: () => true, retryMs: 300 });
    let isStopped = false;
    void loop.stop(500).then(() => (isStopped = true));
    await vi.advanceTimersByTimeAsync(499);
    expect(isStopped).toBe(false);
    first.resolve(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(isStopped).toBe(true);
  });

  it('writes what arrives while it waits, without a pause', async () => {
    let [waiting, written] = [0, 0];
    const loop = writeLoop({
      flush: async () => {
        written += waiting;
        waiting = 0;
        return true;
      },
      isIdle: () => waiting === 0,
      retryMs: 300,
    });
    await vi.advanceTimersByTimeAsync(0);
    waiting = 3;
    loop.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toBe(3);
    await loop.stop(500);
  });
});
