import { describe, expect, it } from 'vitest';
import { addJob, ensureJob, jobIdOf, jobOf } from '../../../sinks/posts/post-jobs.ts';
import type { DuePost } from '../../../store/posts/outbox-table.ts';
import type { PostQueue } from '../../../store/queue/backend.ts';
import { aSignal } from '../../support/signals.ts';

const signal = aSignal({ id: 's1', symbol: 'BTCUSD', expires_at: Date.parse('2026-01-05T11:00:00Z') });
const post = (change: Partial<DuePost> = {}): DuePost => ({
  id: 's1',
  kind: 'opening',
  channel: 'community',
  signal,
  nextAttemptAt: null,
  ...change,
});

/** A queue in which a job of the post stands in a state, and what was done to it. */
function queueWith(state?: string) {
  const done: unknown[] = [];
  const job = { getState: async () => state, remove: async () => void done.push('removed') };
  const queue = {
    getJob: async (id: string) => (id === 's1-community' && state !== undefined ? job : undefined),
    add: async (...given: unknown[]) => void done.push(given),
  };
  return { queue: queue as unknown as PostQueue, done };
}

describe('jobOf', () => {
  it('holds what the operator reads, and no more', () => {
    expect(jobOf(post())).toEqual({
      name: 'BUY BTCUSD 1h',
      data: {
        id: 's1',
        kind: 'opening',
        channel: 'community',
        symbol: 'BTCUSD',
        timeframe: '1h',
        action: 'BUY',
        entry: 100,
        tp: 110,
        sl: 95,
        expiresAt: '2026-01-05T11:00:00.000Z',
      },
    });
    expect(jobOf(post({ kind: 'end', id: 'e1' }))).toMatchObject({
      name: 'end of BUY BTCUSD 1h',
      data: { id: 'e1', kind: 'end' },
    });
  });

  it('throws for a post that is none', () => {
    expect(() => jobOf(post({ channel: 5 as never }))).toThrow(/channel/);
  });
});

describe('addJob', () => {
  const added = async (nextAttemptAt: number | null) => {
    const { queue, done } = queueWith();
    await addJob(queue, post({ nextAttemptAt }), 1_000);
    return (done[0] as [string, object, { delay: number }])[2];
  };

  it('adds it under the id of its post, to be tried until the post expires, and kept for a while', async () => {
    expect(jobIdOf('s1', 'community')).toBe('s1-community');
    expect(await added(null)).toEqual({
      jobId: 's1-community',
      delay: 0,
      attempts: 100_000,
      backoff: { type: 'custom' },
      removeOnComplete: { age: 172_800 },
      removeOnFail: { age: 1_209_600 },
    });
  });

  it('delays it until it may be tried', async () => {
    expect((await added(1_700)).delay).toBe(700);
    expect((await added(900)).delay).toBe(0);
  });
});

describe('ensureJob', () => {
  it.each(['waiting', 'delayed', 'active', 'prioritized'])('leaves a job alone that is %s', async (state) => {
    const { queue, done } = queueWith(state);
    expect([await ensureJob(queue, post(), 0), done]).toEqual([false, []]);
  });

  it.each(['completed', 'failed', 'unknown'])('replaces a job that is %s', async (state) => {
    const { queue, done } = queueWith(state);
    expect(await ensureJob(queue, post(), 0)).toBe(true);
    expect(done).toEqual(['removed', expect.arrayContaining(['BUY BTCUSD 1h'])]);
  });

  it('adds one where there is none', async () => {
    const { queue, done } = queueWith();
    expect(await ensureJob(queue, post(), 0)).toBe(true);
    expect(done).toHaveLength(1);
  });
});
