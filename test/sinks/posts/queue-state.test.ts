import { describe, expect, it } from 'vitest';
import { queueState } from '../../../sinks/posts/queue-state.ts';
import type { OutboxCounts } from '../../../store/posts/outbox-counts.ts';

const stored: OutboxCounts = {
  states: { queued: 1, sending: 2, delivered: 3, failed: 4, parked: 5, expired: 6, superseded: 7 },
  oldest: 7_400,
  lastError: 'stored error',
  lastDelivered: 9_000,
  lastFailure: null,
};
const about = { channel: 'telegram', now: 10_000, lastError: null, note: undefined };

describe('queueState', () => {
  it('counts the jobs of the queue', () => {
    const jobs = { waiting: 1, prioritized: 10, paused: 100, active: 2, delayed: 3, completed: 4, failed: 5 };
    expect(queueState(stored, jobs, about)).toMatchObject({
      counts: { waiting: 111, active: 2, delayed: 3, completed: 4, failed: 5 },
      posts: stored.states,
    });
  });

  it('counts the outbox where the queue does not answer', () => {
    expect(queueState(stored, undefined, about).counts).toEqual({
      waiting: 1,
      active: 2,
      delayed: 0,
      completed: 3,
      failed: 22,
    });
  });

  it('gives the age of the oldest post in whole seconds, never below 0', () => {
    expect(queueState(stored, {}, about).oldest_age_seconds).toBe(3);
    expect(queueState({ ...stored, oldest: 20_000 }, {}, about).oldest_age_seconds).toBe(0);
    expect(queueState({ ...stored, oldest: null }, {}, about).oldest_age_seconds).toBeNull();
  });

  it("gives the queue's own error before the stored one", () => {
    expect(queueState(stored, {}, { ...about, lastError: 'now' }).last_error).toBe('now');
    expect(queueState(stored, {}, about).last_error).toBe('stored error');
  });

  it.each([
    ['failed', 'failed'],
    ['parked', 'was parked'],
    ['queued', 'could not be sent yet'],
  ] as const)('describes a last failure of state %s', (state, what) => {
    const lastFailure = { state, at: 8_000, answer: '500' };
    expect(queueState({ ...stored, lastFailure }, {}, about).last_failure).toEqual({
      at: 8_000,
      what,
      answer: '500',
    });
  });
});
