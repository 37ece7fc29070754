import { describe, expect, it } from 'vitest';
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
});
