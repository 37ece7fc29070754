import { describe, expect, it } from 'vitest';
import { createFairQueue } from '../../workers/fair-queue.ts';

describe('createFairQueue', () => {
  it('lets live closes pass, and one request after eight of them', () => {
    const queue = createFairQueue<string>(8);
    for (let i = 0; i < 3; i++) queue.pushRequest('r', 'one');
    for (let i = 0; i < 18; i++) queue.pushLive('l');
    const order = Array.from({ length: 22 }, () => queue.shift() ?? '.').join('');
    expect(order).toBe(`${'l'.repeat(8)}r${'l'.repeat(8)}rllr.`);
  });

  it('takes callers in turn', () => {
    const queue = createFairQueue<string>(8);
    for (const task of ['a1', 'a2', 'a3']) queue.pushRequest(task, 'a');
    queue.pushRequest('b1', 'b');
    expect(queue.waits('b')).toBe(true);
    expect(Array.from({ length: 4 }, () => queue.shift())).toEqual(['a1', 'b1', 'a2', 'a3']);
    expect([queue.requests, queue.waits('a')]).toEqual([0, false]);
  });
});
