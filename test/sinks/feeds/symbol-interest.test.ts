import { describe, expect, it } from 'vitest';
import type { WatchAnswer } from '../../../schema/symbol/watch-answer.ts';
import { symbolInterest } from '../../../sinks/feeds/symbol-interest.ts';

function open() {
  const log: string[] = [];
  const answers: ((answer: WatchAnswer) => void)[] = [];
  const interest = symbolInterest<string>({
    watch: (symbol) => {
      log.push(`watch ${symbol}`);
      return new Promise((resolve) => void answers.push(resolve));
    },
    release: (symbol) => void log.push(`release ${symbol}`),
  });
  return { interest, log, answer: (word: WatchAnswer) => answers.shift()!(word) };
}

describe('symbolInterest', () => {
  it('does not release a symbol that somebody is still joining', async () => {
    const { interest, log, answer } = open();
    const first = interest.join('X', 'a');
    answer('ok');
    await first;
    const second = interest.join('X', 'b');
    interest.leave('X', 'a');
    expect(await second).toBe('ok');
    expect([...interest.of('X')]).toEqual(['b']);
    interest.leave('X', 'b');
    interest.leave('X', 'b');
    expect(log).toEqual(['watch X', 'release X']);
    expect(interest.size()).toBe(0);
  });

  it('asks again after a refusal, and owes nothing for it', async () => {
    const { interest, log, answer } = open();
    const refused = [interest.join('X', 'a'), interest.join('X', 'b')];
    answer('symbol_limit');
    expect(await Promise.all(refused)).toEqual(['symbol_limit', 'symbol_limit']);
    expect(interest.size()).toBe(0);
    const again = interest.join('X', 'a');
    answer('ok');
    expect(await again).toBe('ok');
    expect(log).toEqual(['watch X', 'watch X']);
  });

  it('gives up a symbol with all who want it, and owes nothing for it', async () => {
    const { interest, log, answer } = open();
    const joins = [interest.join('X', 'a'), interest.join('X', 'b')];
    answer('ok');
    await Promise.all(joins);
    expect([...interest.expel('X')]).toEqual(['a', 'b']);
    interest.leave('X', 'a');
    expect([log, interest.size()]).toEqual([['watch X'], 0]);

    const late = interest.join('X', 'c');
    answer('ok');
    interest.expel('X');
    expect(await late).toBe('symbol_unknown');
    expect([...interest.of('X')]).toEqual([]);
  });

  it('drops a watch that failed', async () => {
    const interest = symbolInterest<string>({
      watch: () => Promise.reject(new Error('provider away')),
      release: () => {},
    });
    await expect(interest.join('X', 'a')).rejects.toThrow('provider away');
    expect(interest.size()).toBe(0);
  });
});
