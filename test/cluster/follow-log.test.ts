import { afterEach, describe, expect, it, vi } from 'vitest';
import { followLog } from '../../cluster/follow-log.ts';
import type { SignalLogFrame } from '../../schema/wire.ts';
import { quiet } from '../support/services/database.ts';

const frame = (offset: number) => ({ type: 'signal_resolved', offset }) as SignalLogFrame;

/** A follower of a log that the test writes. */
function follow(...first: number[]) {
  const kept = first.map(frame);
  const read: number[] = [];
  const gaps: number[] = [];
  let isAway = false;
  const follower = followLog({
    log: {
      since: async (offset, limit = 1000) => {
        await Promise.resolve();
        if (isAway) throw new Error('away');
        return kept.filter((one) => one.offset > offset).slice(0, limit);
      },
    },
    offset: 1,
    onFrame: ({ offset }) => read.push(offset),
    onGap: (missing) => gaps.push(missing),
    logger: quiet,
    everyMs: 60_000,
  });
  return { ...follower, kept, read, gaps, away: (now: boolean) => (isAway = now), follower };
}

describe('followLog', () => {
  afterEach(() => void vi.useRealTimers());

  it('delivers newer frames once, in order, however many reads are requested', async () => {
    const it = follow(1, ...Array.from({ length: 250 }, (_, i) => i + 2));
    await Promise.all([it.follower.read(), it.follower.read(), it.follower.read()]);
    expect(it.read).toEqual(Array.from({ length: 250 }, (_, i) => i + 2));
    it.follower.close();
  });

  it('delivers what was committed during a read before that read resolves', async () => {
    const it = follow(1, 2);
    const first = it.follower.read();
    it.kept.push(frame(3));
    await it.follower.read();
    expect(it.read).toEqual([2, 3]);
    await first;
    it.follower.close();
  });

  it('waits out an outage, and misses nothing', async () => {
    const it = follow(1, 2);
    it.away(true);
    await it.follower.read();
    it.away(false);
    await it.follower.read();
    expect(it.read).toEqual([2]);
    it.follower.close();
  });

  it('reports a gap in the log, and delivers nothing after it', async () => {
    const it = follow(4, 5);
    await it.follower.read();
    expect([it.read, it.gaps]).toEqual([[], [2]]);
    it.follower.close();
  });

  it('reads again at its interval, for a notice that was lost, until it is closed', async () => {
    vi.useFakeTimers();
    const asked: [number, number | undefined][] = [];
    const read: number[] = [];
    const kept = Array.from({ length: 200 }, (_, i) => frame(i + 1));
    const follower = followLog({
      log: {
        since: async (offset, limit) => {
          asked.push([offset, limit]);
          return kept.filter((one) => one.offset > offset).slice(0, limit);
        },
      },
      offset: 0,
      onFrame: ({ offset }) => read.push(offset),
      onGap: () => {},
      logger: quiet,
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    // A page that is full is followed by another.
    expect(asked).toEqual([
      [0, 100],
      [100, 100],
      [200, 100],
    ]);
    expect(read).toHaveLength(200);
    kept.push(frame(201));
    await vi.advanceTimersByTimeAsync(1000);
    expect([read.at(-1), asked.length]).toEqual([201, 4]);
    follower.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect([asked.length, vi.getTimerCount()]).toEqual([4, 0]);
  });

  it('delivers nothing after it is closed, be it in the middle of a page', async () => {
    const read: number[] = [];
    const follower = followLog({
      log: { since: async (offset) => [1, 2, 3].filter((n) => n > offset).map(frame) },
      offset: 0,
      onFrame: ({ offset }) => {
        read.push(offset);
        if (offset === 2) follower.close();
      },
      onGap: () => {},
      logger: quiet,
      everyMs: 60_000,
    });
    await follower.read();
    await follower.read();
    expect(read).toEqual([1, 2]);
  });

  it('tells of an outage once, and of the next one again', async () => {
    const warned: string[] = [];
    let isAway = true;
    const follower = followLog({
      log: { since: () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve([])) },
      offset: 0,
      onFrame: () => {},
      onGap: () => {},
      logger: { warn: (_what: object, words: string) => warned.push(words) } as never,
      everyMs: 60_000,
    });
    const words = 'the signal log cannot be read: signals are delayed';
    for (const [away, told] of [
      [true, 1],
      [true, 1],
      [false, 1],
      [true, 2],
    ] as const) {
      isAway = away;
      await follower.read();
      expect(warned).toEqual(Array(told).fill(words));
    }
    follower.close();
  });
});
