import { describe, expect, it } from 'vitest';
import { hasRoom, type QueueLength, secondsUntilRoom } from '../../workers/queue-limits.ts';

const limits = { maxRequests: 4, maxLive: 10 };
const queue = (live: number, requests: number, callers: readonly string[] = []): QueueLength => ({
  live,
  requests,
  waits: (caller) => callers.includes(caller),
});

describe('hasRoom', () => {
  it('counts live closes and requests apart', () => {
    expect(hasRoom(queue(9, 100), undefined, limits)).toBe(true);
    expect(hasRoom(queue(10, 0), undefined, limits)).toBe(false);
    expect(hasRoom(queue(10, 3), 'a', limits)).toBe(true);
  });

  it('refuses a caller with nothing waiting only at ten times the bound', () => {
    expect(hasRoom(queue(0, 4, ['a']), 'a', limits)).toBe(false);
    expect(hasRoom(queue(0, 4, ['a']), 'b', limits)).toBe(true);
    expect(hasRoom(queue(0, 39, ['a']), 'b', limits)).toBe(true);
    expect(hasRoom(queue(0, 40, ['a']), 'b', limits)).toBe(false);
  });
});

describe('secondsUntilRoom', () => {
  it('is the work in the queue over the threads, at least 1 s', () => {
    expect(secondsUntilRoom(queue(0, 1), 20, 4)).toBe(1);
    expect(secondsUntilRoom(queue(100, 300), 20, 2)).toBe(4);
  });
});
