import { describe, expect, it } from 'vitest';
import { createSearchSymbols, type SearchSymbolsOptions } from '../../../app/web/search-symbols.ts';
import { DayExhaustedError } from '../../../streams/provider/rest/credit-budget.ts';

const listed = (symbol: string) => ({
  symbol,
  written: symbol,
  name: '',
  type: '',
  exchange: '',
  country: '',
  currency: '',
});

function searched(over: Partial<SearchSymbolsOptions> = {}) {
  let now = 0;
  const asked: string[] = [];
  const failures: unknown[] = [];
  const search = createSearchSymbols({
    find: async (text) => {
      asked.push(text);
      return [listed(text.toUpperCase())];
    },
    isWatched: (symbol) => symbol === 'BTC',
    now: () => now,
    onFailure: (error) => failures.push(error),
    ...over,
  });
  return { search, asked, failures, pass: (ms: number) => (now += ms) };
}

describe('createSearchSymbols', () => {
  it('asks for the same letters once in six hours, whoever types them, in whatever case', async () => {
    const { search, asked, pass } = searched();
    const both = await Promise.all([search('BTC', 'a'), search('btc', 'b')]);
    expect(both[0]).toEqual([{ ...listed('BTC'), watched: true }]);
    expect(both[1]).toEqual(both[0]);
    pass(6 * 3_600_000 - 1);
    await search('Btc', 'c');
    expect(asked).toEqual(['btc']);
    pass(1);
    await search('btc', 'a');
    expect(asked).toEqual(['btc', 'btc']);
  });

  it('refuses one who asks too much with 429 and when to come back, and answers others, and what is known', async () => {
    const { search, pass } = searched({ perClient: 3 });
    for (const text of ['a', 'b', 'c']) await search(text, 'one');
    pass(20_000);
    await expect(search('d', 'one')).rejects.toMatchObject({
      status: 429,
      code: 'rate_limited',
      headers: { 'Retry-After': '40' },
    });
    await expect(search('a', 'one')).resolves.toHaveLength(1);
    await expect(search('d', 'other')).resolves.toHaveLength(1);
    pass(40_000);
    await expect(search('e', 'one')).resolves.toHaveLength(1);
  });

  it('refuses all with 503 where many ask at once', async () => {
    const { search } = searched({ perMinute: 5 });
    for (let i = 0; i < 5; i++) await search(`x${i}`, `client ${i}`);
    await expect(search('y', 'another')).rejects.toMatchObject({ status: 503, code: 'overloaded' });
  });

  it('says that the provider does not answer, logs why, and asks again next time', async () => {
    let isAway = true;
    const { search, failures } = searched({
      find: async (text) => {
        if (isAway) throw new Error('connect ECONNREFUSED 10.0.0.1');
        return [listed(text)];
      },
    });
    const refused = await search('a', 'one').catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 503, code: 'search_unavailable' });
    expect((refused as Error).message).not.toContain('10.0.0.1');
    expect(failures).toHaveLength(1);
    isAway = false;
    await expect(search('a', 'one')).resolves.toHaveLength(1);
  });

  it("says that the day's credits are spent", async () => {
    const { search } = searched({ find: () => Promise.reject(new DayExhaustedError(86_400_000, 0)) });
    await expect(search('a', 'one')).rejects.toMatchObject({ status: 503, code: 'credits_spent' });
  });

  it('keeps a bounded number of answers', async () => {
    const { search, asked } = searched({ most: 2, perClient: 100 });
    for (const text of ['a', 'b', 'c', 'c', 'b', 'a']) await search(text, 'one');
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });
});
