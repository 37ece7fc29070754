import { describe, expect, it } from 'vitest';
import type { WatchAnswer } from '../../../schema/symbol/watch-answer.ts';
import { symbolInterest } from '../../../sinks/feeds/symbol-interest.ts';

function open() {
  const log: string[] = [];
  const answers: ((answer: WatchAnswer) => void)[] = [];
  const interest = symbolInterest<{ readonly address: string; readonly name: string }>({
    watch: (symbol, address) => {
      log.push(`watch ${symbol}${address}`);
      return new Promise((resolve) => void answers.push(resolve));
    },
    release: (symbol, address) => void log.push(`release ${symbol}${address}`),
  });
  return { interest, log, answer: (word: WatchAnswer) => answers.shift()!(word) };
}
const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, address: '' })) as [Named, Named, Named];
interface Named {
  readonly name: string;
  readonly address: string;
}

describe('symbolInterest', () => {
  it('does not release a symbol that somebody is still joining', async () => {
    const { interest, log, answer } = open();
    const first = interest.join('X', a);
    answer('ok');
    await first;
    const second = interest.join('X', b);
    interest.leave('X', a);
    expect(await second).toBe('ok');
    expect([...interest.of('X')]).toEqual([b]);
    interest.leave('X', b);
    interest.leave('X', b);
    expect(log).toEqual(['watch X', 'release X']);
    expect(interest.size()).toBe(0);
  });

  it('asks again after a refusal, and owes nothing for it', async () => {
    const { interest, log, answer } = open();
    const refused = [interest.join('X', a), interest.join('X', b)];
    answer('symbol_limit');
    expect(await Promise.all(refused)).toEqual(['symbol_limit', 'symbol_limit']);
    expect(interest.size()).toBe(0);
    const again = interest.join('X', a);
    answer('ok');
    expect(await again).toBe('ok');
    expect(log).toEqual(['watch X', 'watch X']);
  });

  it('gives up a symbol with all who want it, and owes nothing for it', async () => {
    const { interest, log, answer } = open();
    const joins = [interest.join('X', a), interest.join('X', b)];
    answer('ok');
    await Promise.all(joins);
    expect([...interest.expel('X')]).toEqual([a, b]);
    interest.leave('X', a);
    expect([log, interest.size()]).toEqual([['watch X'], 0]);

    const late = interest.join('X', c);
    answer('ok');
    interest.expel('X');
    expect(await late).toBe('symbol_unknown');
    expect([...interest.of('X')]).toEqual([]);
  });

  it('holds one reference for each address, as long as it has members', async () => {
    const { interest, log, answer } = open();
    const [near, alsoNear, far] = ['@1', '@1', '@2'].map((address, i) => ({ name: `${i}`, address }));
    const joins = [near, alsoNear, far].map((one) => interest.join('X', one!));
    expect(log).toEqual(['watch X@1', 'watch X@2']);
    answer('ok');
    answer('ok');
    expect(await Promise.all(joins)).toEqual(['ok', 'ok', 'ok']);
    interest.leave('X', near!);
    expect(log).toHaveLength(2);
    interest.leave('X', alsoNear!);
    expect(log.at(-1)).toBe('release X@1');
    expect([...interest.of('X')]).toEqual([far]);
    interest.leave('X', far!);
    expect(log.at(-1)).toBe('release X@2');
    expect(interest.size()).toBe(0);
  });

  it('refuses one address without ending what another has', async () => {
    const { interest, answer } = open();
    const [near, far] = ['@1', '@2'].map((address) => ({ name: '', address }));
    const joins = [interest.join('X', near!), interest.join('X', far!)];
    answer('ok');
    answer('symbol_limit');
    expect(await Promise.all(joins)).toEqual(['ok', 'symbol_limit']);
    expect([...interest.of('X')]).toEqual([near]);
  });

  it('drops a watch that failed', async () => {
    const interest = symbolInterest<Named>({
      watch: () => Promise.reject(new Error('provider away')),
      release: () => {},
    });
    await expect(interest.join('X', a)).rejects.toThrow('provider away');
    expect(interest.size()).toBe(0);
  });
});
