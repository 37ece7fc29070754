import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createCreditBudget } from '../../../../streams/provider/rest/credit-budget.ts';

/** Runs virtual time step by step, letting promises settle after each. */
async function advance(clock: VirtualTimeScheduler, to: number): Promise<void> {
  for (let at = clock.now(); at <= to; at = Math.min(at + 500, to + (at === to ? 1 : 0))) {
    clock.maxFrames = at;
    clock.flush();
    clock.frame = at;
    for (let i = 0; i < 5; i++) await Promise.resolve();
  }
}

const setup = (options: { perMinute?: number; perDay?: number; maxWaiting?: number } = {}) => {
  const clock = new VirtualTimeScheduler();
  const budget = createCreditBudget({ perMinute: 2, perDay: 800, clock, ...options });
  const granted: number[] = [];
  const refused: unknown[] = [];
  const ask = (priority: number, signal?: AbortSignal) =>
    void budget.acquire({ cost: 1, priority, signal }).then(
      (lease) => {
        granted.push(priority);
        return lease.release();
      },
      (error: unknown) => refused.push(error),
    );
  return { clock, budget, ask, granted, refused };
};

describe('createCreditBudget', () => {
  it('grants as many requests as a minute has credits, then the most urgent ones in the queue', async () => {
    const { clock, budget, ask, granted } = setup();
    for (const priority of [5, 1, 3, 9, 7]) ask(priority);
    await advance(clock, 1_000);
    expect(granted).toEqual([5, 1]);
    expect(budget.state()).toMatchObject({
      waiting: 3,
      exhausted: 'minute',
      minute: { left: 0, resetsAt: 60_000 },
    });
    await advance(clock, 60_500);
    expect(granted).toEqual([5, 1]);
    await advance(clock, 61_500);
    expect(granted).toEqual([5, 1, 9, 7]);
    await advance(clock, 121_500);
    expect(granted).toEqual([5, 1, 9, 7, 3]);
    expect(budget.state().day.used).toBe(5);
  });

  it('reserves a share of the day against requests that must spare it', async () => {
    const { clock, budget, ask, granted } = setup({ perMinute: 10, perDay: 4 });
    const refused: unknown[] = [];
    const sparing = () =>
      budget.acquire({ cost: 1, priority: 1, spares: 0.5 }).then(
        (lease) => lease.release(),
        (error: unknown) => void refused.push(error),
      );
    await Promise.all([sparing(), sparing(), sparing()]);
    expect(budget.state().day).toMatchObject({ used: 2, left: 2 });
    expect(refused.map(String)).toEqual([expect.stringMatching(/^DayExhaustedError/)]);
    ask(7);
    await advance(clock, 10);
    expect(granted).toEqual([7]);
  });

  it('rejects the queue once the day is used up, and grants again with the next day', async () => {
    const { clock, budget, ask, granted, refused } = setup({ perMinute: 10, perDay: 3 });
    for (let i = 0; i < 5; i++) ask(i);
    await advance(clock, 10);
    expect(granted).toHaveLength(3);
    expect(refused.map(String)).toEqual(
      Array(2).fill("DayExhaustedError: the day's credits are used up until 1970-01-02T00:00:00.000Z"),
    );
    expect(budget.state().exhausted).toBe('day');
    clock.frame = 86_400_000;
    ask(1);
    await advance(clock, 86_400_010);
    expect(granted).toHaveLength(4);
  });

  it("adopts the provider's count where it is higher: a dear call, or another user of the key", async () => {
    const { clock, budget } = setup({ perMinute: 8 });
    const lease = await budget.acquire({ cost: 1, priority: 1 });
    lease.settle(6, 2);
    lease.release();
    expect(budget.state()).toMatchObject({ minute: { used: 6, left: 2 }, day: { used: 6 } });
    const slow = await budget.acquire({ cost: 1, priority: 1 });
    clock.frame = 60_000;
    slow.settle(8, 0);
    expect(budget.state().minute).toMatchObject({ used: 0, left: 8 });
  });

  it('does not mistake an overdrawn minute for a larger plan', async () => {
    const { clock, budget } = setup({ perMinute: 8 });
    const lease = await budget.acquire({ cost: 1, priority: 1 });
    lease.settle(12, 0);
    lease.release();
    expect(budget.state().minute).toMatchObject({ limit: 8, left: 0 });
    clock.frame = 60_000;
    expect(budget.state().minute).toMatchObject({ limit: 8, left: 8 });
  });

  it('holds requests back for the rest of a minute that the provider reports exhausted', async () => {
    const { clock, budget, ask, granted } = setup({ perMinute: 8 });
    const lease = await budget.acquire({ cost: 1, priority: 1 });
    lease.exhausted('minute');
    lease.release();
    ask(1);
    await advance(clock, 60_500);
    expect(granted).toEqual([]);
    await advance(clock, 61_500);
    expect(granted).toEqual([1]);
  });

  it('sends one probe at a time during an outage, less and less often, and all requests once it is over', async () => {
    const clock = new VirtualTimeScheduler();
    const told: boolean[] = [];
    const onAway = (isAway: boolean) => told.push(isAway);
    const budget = createCreditBudget({ perMinute: 100, perDay: 800, clock, onAway });
    let isAway = true;
    const calls: number[] = [];
    const call = async () => {
      const lease = await budget.acquire({ cost: 1, priority: 1 });
      calls.push(clock.now());
      await new Promise<void>((done) => void clock.schedule(() => done(), 500));
      (isAway ? lease.failed : lease.answered)();
      lease.release();
      if (isAway) void call();
    };
    for (let i = 0; i < 20; i++) void call();
    await advance(clock, 300_000);
    // Four that were in flight together are one failure. Then 1, 2, 4 ... 60 s, plus the test's time step.
    expect(calls.slice(0, 4)).toEqual([0, 0, 0, 0]);
    const gaps = calls.slice(4).map((at, i) => Math.round((at - calls[i + 3]!) / 1_000));
    expect(gaps).toEqual([2, 3, 5, 9, 17, 33, 61, 61, 61]);
    expect(budget.state()).toMatchObject({ waiting: 20, awaySince: 500, day: { used: 0 } });
    isAway = false;
    await advance(clock, 370_000);
    expect(calls.length - 13).toBe(20);
    expect(budget.state()).toMatchObject({ waiting: 0, awaySince: null, answers: 20, day: { used: 20 } });
    expect(told).toEqual([true, false]);
  });

  it('keeps a bounded queue, rejects the least urgent, and removes aborted requests', async () => {
    const { clock, budget, ask, refused } = setup({ maxWaiting: 2 });
    ask(1);
    ask(1);
    const leaving = new AbortController();
    ask(5);
    ask(2, leaving.signal);
    ask(3);
    await advance(clock, 10);
    expect(refused.map((error) => (error as Error).name)).toEqual(['BudgetFullError']);
    expect(budget.state().waiting).toBe(2);
    budget.close();
    await advance(clock, 20);
    expect(refused).toHaveLength(3);
  });
});
