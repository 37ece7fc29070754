import { describe, expect, it } from 'vitest';
import { wrongKeys } from '../../../http/guards/wrong-keys.ts';

/** A counter under a clock of the test's. */
const start = () => {
  let at = 1_000_000;
  const wrong = wrongKeys(() => at);
  return {
    ...wrong,
    pass: (ms: number) => void (at += ms),
    /** Tries a wrong key. True where it was judged. */
    guess: (caller: string) => {
      if (wrong.waitMs(caller) > 0) return false;
      wrong.add(caller);
      return true;
    },
  };
};
const times = (count: number, run: (i: number) => boolean) =>
  Array.from({ length: count }, (_, i) => run(i)).filter(Boolean).length;

describe('wrongKeys', () => {
  it('lets an address try twenty times within any minute, and says how long it has to wait', () => {
    const { guess, pass, waitMs } = start();
    expect(guess('a')).toBe(true);
    pass(10_000);
    expect(times(100, () => guess('a'))).toBe(19);
    expect(waitMs('a')).toBe(50_000);
    pass(49_999);
    expect(guess('a')).toBe(false);
    expect(waitMs('a')).toBe(1);
    pass(1);
    expect(times(100, () => guess('a'))).toBe(1);
    expect(waitMs('a')).toBe(10_000);
    pass(10_000);
    // Not 20 at the end of one minute and 20 more at the beginning of the next.
    expect(times(100, () => guess('a'))).toBe(19);
  });

  it('leaves an address three tries of its own where all together have used theirs', () => {
    const { guess, pass, waitMs, allWaitMs } = start();
    times(20, () => guess('attacker'));
    expect(allWaitMs()).toBe(60_000);
    expect(waitMs('attacker')).toBe(60_000);
    expect(waitMs('operator')).toBe(0);
    expect(times(10, () => guess('operator'))).toBe(3);
    pass(1_000);
    expect(waitMs('operator')).toBe(59_000);
    expect(waitMs('another')).toBe(0);
    pass(59_000);
    expect(waitMs('operator')).toBe(0);
  });

  it('lets each of many addresses guess three times', () => {
    const { guess } = start();
    // Three of each: all together had their 20 after two.
    expect(times(1_000, (i) => guess(`address ${i % 10}`))).toBe(30);
  });

  it('counts no refused try: who goes on guessing is let in after the same minute', () => {
    const { guess, pass, waitMs } = start();
    times(20, () => guess('a'));
    for (let second = 0; second < 60; second++) {
      expect(guess('a')).toBe(false);
      pass(1_000);
    }
    expect(waitMs('a')).toBe(0);
  });

  it('keeps no more than ten thousand addresses in mind, those that guessed last', () => {
    const { add, waitMs } = start();
    for (let i = 0; i < 20; i++) add('first');
    for (let i = 0; i < 20; i++) add('last');
    for (let i = 0; i < 9_998; i++) add(`address ${i}`);
    expect(waitMs('first')).toBeGreaterThan(0);
    add('last');
    add('one more');
    expect(waitMs('first')).toBe(0);
    expect(waitMs('last')).toBeGreaterThan(0);
  });
});
