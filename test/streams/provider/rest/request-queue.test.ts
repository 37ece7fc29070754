import { describe, expect, it } from 'vitest';
import { BudgetFullError, createRequestQueue } from '../../../../streams/provider/rest/request-queue.ts';

describe('createRequestQueue', () => {
  it('grants the most urgent request first, and equally urgent ones in order of arrival', async () => {
    const queue = createRequestQueue<number>(10);
    const granted: string[] = [];
    const requests = [1, 3, 1, 2].map((priority, i) =>
      queue.add({ cost: 1, priority }).then((lease) => granted.push(`${i}: ${lease}`)),
    );
    for (let lease = 1; queue.nextCost() !== undefined; lease++) queue.grantNext(lease);
    await Promise.all(requests);
    expect(granted).toEqual(['1: 1', '3: 2', '0: 3', '2: 4']);
  });

  it('states the cost of the next request', () => {
    const queue = createRequestQueue<number>(10);
    expect(queue.nextCost()).toBeUndefined();
    void queue.add({ cost: 2, priority: 1 });
    void queue.add({ cost: 5, priority: 2 });
    expect([queue.nextCost(), queue.size()]).toEqual([5, 2]);
  });

  it('rejects the least urgent request of a full queue, be it the new one', async () => {
    const queue = createRequestQueue<number>(1);
    const first = queue.add({ cost: 1, priority: 1 });
    void queue.add({ cost: 1, priority: 2 });
    await expect(first).rejects.toThrow(BudgetFullError);
    await expect(queue.add({ cost: 1, priority: 0 })).rejects.toThrow('1 requests wait for credits already');
    expect(queue.size()).toBe(1);
  });

  it('removes an aborted request, and ignores an abort after the grant', async () => {
    const queue = createRequestQueue<number>(10);
    const [early, late] = [new AbortController(), new AbortController()];
    const aborted = queue.add({ cost: 1, priority: 2, signal: early.signal });
    const granted = queue.add({ cost: 1, priority: 1, signal: late.signal });
    early.abort(new Error('no longer wanted'));
    await expect(aborted).rejects.toThrow('no longer wanted');
    expect(queue.size()).toBe(1);
    queue.grantNext(7);
    late.abort(new Error('too late'));
    expect(await granted).toBe(7);
  });

  it('rejects all with the given reason', async () => {
    const queue = createRequestQueue<number>(10);
    const requests = [1, 2].map((priority) => queue.add({ cost: 1, priority }));
    queue.rejectAll(new Error('closed'));
    for (const request of requests) await expect(request).rejects.toThrow('closed');
    expect(queue.size()).toBe(0);
  });
});
