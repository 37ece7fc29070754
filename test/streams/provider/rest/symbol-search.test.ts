import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { freePlan, startSimulator } from '../../../../simulator/start-simulator.ts';
import { createCreditBudget, DayExhaustedError } from '../../../../streams/provider/rest/credit-budget.ts';
import { ManualClock } from '../../../manual-clock.ts';
import { parseSymbolSearch } from '../../../../streams/provider/rest/parse-symbol-search.ts';
import { BadAnswerError, ProviderError } from '../../../../streams/provider/rest/parse-time-series.ts';
import { SearchTimeout, symbolSearch } from '../../../../streams/provider/rest/symbol-search.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open({
  perMinute = 8,
  perDay = 800,
  clock = asyncScheduler,
}: { perMinute?: number; perDay?: number; clock?: SchedulerLike } = {}) {
  const simulator = await startSimulator({ plan: { ...freePlan, creditsPerMinute: perMinute } });
  const budget = createCreditBudget({ perMinute, perDay, clock, random: () => 0 });
  const search = symbolSearch({
    url: simulator.urls.restUrl,
    key: simulator.keys.provider,
    budget,
    clock,
  });
  closers.push(simulator.close, budget.close);
  return { simulator, budget, ...search };
}

const row = (over: object) => ({
  symbol: 'X',
  instrument_name: 'X Inc',
  exchange: 'NASDAQ',
  instrument_type: 'Common Stock',
  country: 'United States',
  currency: 'USD',
  ...over,
});
const parsed = (...data: unknown[]) => parseSymbolSearch(JSON.stringify({ data, status: 'ok' }), 200);

describe('symbolSearch', () => {
  it('finds by ticker and by name, each in the form that can be subscribed to', async () => {
    const { find, simulator } = await open();
    expect((await find('royal bank')).map(({ symbol, written }) => [symbol, written])).toEqual([
      ['RY', 'RY'],
      ['RY:TSX', 'RY:TSX'],
    ]);
    expect((await find('btc')).map(({ symbol }) => symbol)).toEqual(['BTCUSD']);
    expect((await find('eurusd'))[0]).toMatchObject({
      symbol: 'EURUSD',
      written: 'EUR/USD',
      name: 'Euro / US Dollar',
    });
    expect(await find('nothing like it')).toEqual([]);
    // The key travels in a header.
    expect(simulator.rest.requests().join(' ')).not.toContain(simulator.keys.provider);
  });

  it('costs one credit, leaves half of the day to candles, and waits no longer than somebody looks', async () => {
    const { find, budget } = await open({ perDay: 4 });
    await find('a');
    expect(budget.state().day.used).toBe(1);
    await find('b');
    await expect(find('c')).rejects.toThrow(DayExhaustedError);
    const clock = new ManualClock();
    const short = await open({ perMinute: 1, clock });
    await short.find('a');
    const second = short.find('b').catch((error: unknown) => error);
    await clock.advance(4_999);
    expect(short.budget.state().waiting).toBe(1);
    await clock.advance(1);
    expect(await second).toBeInstanceOf(SearchTimeout);
    expect(short.budget.state().waiting).toBe(0);
  });

  it('says when the provider refuses', async () => {
    const { find, simulator } = await open();
    await simulator.suspend('rest');
    await expect(find('a')).rejects.toThrow(/fetch failed|ECONN/);
  });
});

describe('parseSymbolSearch', () => {
  it('makes one symbol of a pair that many exchanges list, and names the exchange of a foreign stock', () => {
    expect(
      parsed(
        row({ symbol: 'ADA/USD', exchange: 'Binance', country: '' }),
        row({ symbol: 'ADA/USD', exchange: 'Coinbase Pro', country: '' }),
        row({ symbol: 'VOD', exchange: 'LSE', country: 'United Kingdom' }),
        row({ symbol: 'VOD' }),
      ).map(({ symbol }) => symbol),
    ).toEqual(['ADAUSD', 'VOD:LSE', 'VOD']);
  });

  it('leaves out what makes no symbol of ours, and goes on', () => {
    expect(
      parsed(
        null,
        { symbol: 7 },
        row({ symbol: 'A B' }),
        row({ symbol: '<b>' }),
        row({ symbol: 'Q', exchange: 'Nowhere', country: 'Atlantis' }),
        row({ symbol: 'OK', instrument_name: 'a\u202eb', currency: 5 }),
      ),
    ).toEqual([expect.objectContaining({ symbol: 'OK', name: 'a<U+202E>b', currency: '' })]);
    expect(parsed(...Array.from({ length: 500 }, (_, i) => row({ symbol: `S${i}` })))).toHaveLength(30);
  });

  it('throws what the provider says, under whatever status', () => {
    const refusal = JSON.stringify({
      code: 429,
      message: 'You have run out of API credits',
      status: 'error',
    });
    expect(() => parseSymbolSearch(refusal, 200)).toThrow(ProviderError);
    expect(() => parseSymbolSearch('<html>', 200)).toThrow(BadAnswerError);
    expect(() => parseSymbolSearch('{"status":"ok"}', 200)).toThrow(BadAnswerError);
  });
});
