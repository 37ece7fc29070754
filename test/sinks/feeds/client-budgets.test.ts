import { describe, expect, it } from 'vitest';
import { clientBudgets } from '../../../sinks/feeds/client-budgets.ts';

const limits = {
  inboundBurstBytes: 100,
  inboundBytesPerSecond: 10,
  answerBurstBytes: 1_000,
  answerBytesPerSecond: 100,
};

function open(connectionsPerAddress = 8) {
  let now = 0;
  const budgets = clientBudgets({ limits, connectionsPerAddress, now: () => now });
  return { budgets, after: (seconds: number) => void (now += seconds * 1000) };
}

describe('clientBudgets', () => {
  it('lets a client send its burst, then bytes at its rate', () => {
    const { budgets, after } = open();
    const one = budgets.open('a');
    expect([one.admit(60), one.admit(60), one.admit(40)]).toEqual([true, false, true]);
    after(2);
    expect([one.admit(21), one.admit(20)]).toEqual([false, true]);
  });

  it('says how long a client waits that got more than its answers', () => {
    const { budgets, after } = open();
    const one = budgets.open('a');
    one.answered(900);
    expect(one.waitSeconds()).toBe(0);
    one.answered(400);
    expect(one.waitSeconds()).toBe(3);
    after(3);
    expect(one.waitSeconds()).toBe(0);
  });

  it('counts all connections of an address together, also those that have gone: nobody renews a budget by a new connection', () => {
    const { budgets, after } = open();
    for (let i = 0; i < 2; i++) {
      const one = budgets.open('a');
      one.answered(1_600);
      expect(one.admit(100)).toBe(true);
      one.close();
    }
    const again = budgets.open('a');
    expect(again.waitSeconds()).toBe(6);
    expect(again.admit(1)).toBe(false);
    const other = budgets.open('b');
    expect([other.waitSeconds(), other.admit(100)]).toEqual([0, true]);
    after(6);
    expect(again.waitSeconds()).toBe(0);
  });

  it('forgets an address once its connections are gone and its budget is full', () => {
    const { budgets, after } = open();
    for (let i = 0; i < 500; i++) {
      const one = budgets.open(`a${i}`);
      one.answered(10);
      one.close();
    }
    expect(budgets.size()).toBe(500);
    after(60);
    for (let i = 0; i < 300; i++) budgets.open('b').close();
    expect(budgets.size()).toBe(0);
  });
});
