import { asyncScheduler } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import {
  freePlan,
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../../simulator/start-simulator.ts';
import { createCreditBudget } from '../../../../streams/provider/rest/credit-budget.ts';
import { until } from '../../../support/until.ts';
import {
  twelveDataRest,
  type TwelveDataRestOptions,
} from '../../../../streams/provider/rest/twelvedata-rest.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const minute = 60_000;

async function open(
  options: SimulatorOptions = {},
  client: Partial<
    Pick<TwelveDataRestOptions, 'key' | 'clock' | 'timeoutMs' | 'maxBytes' | 'onSpoilt' | 'isGuest'>
  > = {},
  perDay = 800,
) {
  const simulator = await startSimulator(options);
  const { clock = asyncScheduler } = client;
  const budget = createCreditBudget({ perMinute: 8, perDay, clock, random: () => 0 });
  const rest = twelveDataRest({
    url: simulator.urls.restUrl,
    key: simulator.keys.provider,
    budget,
    marketTime: simulator.now,
    clock,
    ...client,
  });
  closers.push(simulator.close, budget.close);
  return { simulator, budget, rest };
}

const lastQuery = (simulator: Simulator) =>
  Object.fromEntries(new URL(simulator.rest.requests().at(-1)!, 'http://x').searchParams);

describe('timeSeries', () => {
  it('returns finished bars as numbers, oldest first, on the grid, without the forming one', async () => {
    const start = Date.UTC(2026, 2, 4, 12, 34, 20);
    const { simulator, rest } = await open({ start });
    for (const [interval, length] of [
      ['1min', 1],
      ['1h', 60],
      ['4h', 240],
      ['1day', 1440],
    ] as const) {
      const bars = await rest.timeSeries({ symbol: 'BTCUSD', interval, outputSize: 250 });
      expect(bars).toHaveLength(249);
      const ms = length * minute;
      expect(bars.at(-1)!.openTime).toBe(Math.floor(start / ms) * ms - ms);
      expect(bars.every((bar, i) => i === 0 || bar.openTime === bars[i - 1]!.openTime + ms)).toBe(true);
      expect(bars[0]!.volume).toBeGreaterThan(0);
    }
    expect(lastQuery(simulator)).toMatchObject({ symbol: 'BTC/USD', timezone: 'UTC', order: 'asc' });
    expect(lastQuery(simulator)).not.toHaveProperty('apikey');
  });

  it("spares half of the day's credits when a guest's symbol is requested", async () => {
    const { rest } = await open({}, { isGuest: (symbol) => symbol === 'ETHUSD' }, 4);
    const ask = (symbol: string) => rest.timeSeries({ symbol, interval: '1h', outputSize: 250 });
    await ask('ETHUSD');
    await ask('ETHUSD');
    await expect(ask('ETHUSD')).rejects.toThrow(/credits are used up/);
    const spare = rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', isSpare: true });
    await expect(spare).rejects.toThrow(/credits are used up/);
    expect(await ask('BTCUSD')).not.toEqual([]);
    expect(await ask('BTCUSD')).not.toEqual([]);
  });

  it('returns the bars that open in the requested span, without volume for forex', async () => {
    const start = Date.UTC(2026, 2, 4, 12, 34, 20);
    const { rest, simulator } = await open({ start });
    const from = start - 40 * minute - 20_000;
    const bars = await rest.timeSeries({ symbol: 'EURUSD', interval: '1min', from, to: from + 30 * minute });
    expect(bars).toEqual(simulator.market.minutes('EUR/USD', from, from + 30 * minute));
    expect(bars[0]).not.toHaveProperty('volume');
  });

  it('waits until the last minute of the span is surely finished where no newer bar proves it', async () => {
    const start = Date.UTC(2026, 2, 4, 12, 34, 0) + 1_500;
    const { rest, simulator } = await open({ start });
    const to = Date.UTC(2026, 2, 4, 12, 34);
    simulator.faults.rest.missingMinutes = new Set([to]);
    const bars = await rest.timeSeries({ symbol: 'BTCUSD', interval: '1min', from: to - 3 * minute, to });
    expect(bars.map(({ openTime }) => openTime)).toEqual([to - 3 * minute, to - 2 * minute, to - minute]);
    expect(simulator.rest.requests()).toHaveLength(2);
    expect(simulator.now()).toBeGreaterThanOrEqual(to + 5_000);
  });

  it("rejects with the provider's refusal, also with status 200", async () => {
    const { rest, simulator } = await open();
    await expect(rest.timeSeries({ symbol: 'NOSUCH', interval: '1h' })).rejects.toMatchObject({
      name: 'ProviderError',
      code: 404,
    });
    simulator.faults.rest.next.push({ status: 403, body: '{"code":403,"message":"plan","status":"error"}' });
    await expect(rest.timeSeries({ symbol: 'BTCUSD', interval: '1h' })).rejects.toMatchObject({ code: 403 });
    const wrong = await open({}, { key: 'wrong' });
    await expect(wrong.rest.timeSeries({ symbol: 'BTCUSD', interval: '1h' })).rejects.toMatchObject({
      code: 401,
    });
  });

  it('returns no bars for an empty list, and for "no data" on those dates', async () => {
    const { rest, simulator } = await open();
    simulator.faults.rest.empty = true;
    expect(await rest.timeSeries({ symbol: 'BTCUSD', interval: '1h' })).toEqual([]);
    simulator.faults.rest.empty = false;
    const from = Date.UTC(2010, 1, 1);
    expect(await rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', from, to: from + 1e7 })).toEqual([]);
  });

  it.each([
    ['text that is no JSON', 'oops'],
    ['values that are no list', '{"status":"ok","values":{}}'],
    ['a price that is no number', bodyOf({ close: 'abc' })],
    ['an empty price', bodyOf({ close: '' })],
    ['a negative price', bodyOf({ open: '-1', low: '-1' })],
    ['a high below the close', bodyOf({ high: '1.05' })],
    ['a time in another form', bodyOf({ datetime: '04.03.2026' })],
  ])('rejects an answer with %s', async (_, body) => {
    const { rest, simulator } = await open();
    simulator.faults.rest.next.push({ status: 200, body });
    await expect(rest.timeSeries({ symbol: 'EURUSD', interval: '1h' })).rejects.toMatchObject({
      name: 'BadAnswerError',
    });
  });

  it('leaves a spoilt bar out, lists its window, and ignores a bar of another year as proof', async () => {
    const told: (number | null)[] = [];
    const start = Date.UTC(2026, 2, 4, 12, 34, 20);
    const { rest, simulator } = await open(
      { start },
      { onSpoilt: (_, spoilt) => told.push(...spoilt.map(({ openTime }) => openTime)) },
    );
    const at = (time: string, change = {}) => ({ ...bar, datetime: `2026-03-04 ${time}:00`, ...change });
    const from = Date.UTC(2026, 2, 4, 12, 0);
    const values = [
      at('11:59', { high: '0.1' }),
      at('12:00'),
      at('12:01', { close: null }),
      at('12:02'),
      at('', { datetime: '2099-01-01 00:00:00' }),
    ];
    simulator.faults.rest.next.push({ status: 200, body: JSON.stringify({ values, status: 'ok' }) });
    const bars = await rest.timeSeries({ symbol: 'EURUSD', interval: '1min', from, to: from + 5 * minute });
    expect(bars.map(({ openTime }) => (openTime - from) / minute)).toEqual([0, 2]);
    expect(bars.spoilt).toEqual([from + minute]);
    expect(told).toEqual([from - minute, from + minute]);
    simulator.faults.rest.next.push({
      status: 200,
      body: JSON.stringify({ values: [at('12:00'), at('12:02'), null], status: 'ok' }),
    });
    const some = await rest.timeSeries({ symbol: 'EURUSD', interval: '1min', from, to: from + 4 * minute });
    expect(some.spoilt).toEqual([from + minute, from + 3 * minute]);
  });

  it('sorts and dedupes bars that come newest first', async () => {
    const { rest, simulator } = await open();
    const at = (time: string) => Object.assign({}, bar, { datetime: `2026-03-04 ${time}:00` });
    const values = ['12:01', '12:00', '12:00'].map(at);
    simulator.faults.rest.next.push({ status: 200, body: JSON.stringify({ values, status: 'ok' }) });
    const bars = await rest.timeSeries({ symbol: 'EURUSD', interval: '1min' });
    expect(bars.map(({ openTime }) => openTime)).toEqual([
      Date.UTC(2026, 2, 4, 12, 0),
      Date.UTC(2026, 2, 4, 12, 1),
    ]);
  });

  it("waits out an outage without spending the day's credits on it", async () => {
    const { rest, simulator, budget } = await open();
    const down = { status: 502, body: '<html>' };
    simulator.faults.rest.next.push(down, down, down, down);
    expect(await rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', outputSize: 3 })).toHaveLength(2);
    expect(simulator.rest.requests()).toHaveLength(5);
    expect(budget.state()).toMatchObject({ awaySince: null, day: { used: 1 } });
    await simulator.suspend('rest');
    const asked = rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', outputSize: 3 });
    await until(() => budget.state().awaySince !== null);
    await simulator.resume('rest');
    expect(await asked).toHaveLength(2);
  });

  it('fails a request that alone is not answered, and lets others go first', async () => {
    const { rest, simulator } = await open({ plan: { ...freePlan, creditsPerMinute: 50 } });
    simulator.faults.rest.next.push({ status: 500 }, { status: 500 });
    const refused = rest
      .timeSeries({ symbol: 'ETHUSD', interval: '1h', outputSize: 3 })
      .catch((error: unknown) => error);
    await until(() => simulator.rest.requests().length === 2);
    const other = rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', outputSize: 3 });
    expect(await other).toHaveLength(2);
    simulator.faults.rest.always = { status: 500 };
    expect(await refused).toMatchObject({ code: 500 });
  });

  it('rejects an answer that takes too long or is too large, follows no redirect, and can be aborted', async () => {
    const { rest, simulator } = await open({}, { timeoutMs: 150, maxBytes: 1_000 });
    await expect(rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', outputSize: 20 })).rejects.toThrow(
      'more than 1000 bytes',
    );
    const before = simulator.rest.requests().length;
    simulator.faults.rest.always = { status: 302, headers: { location: simulator.urls.newsUrl } };
    const ask = (signal: AbortSignal) =>
      rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', outputSize: 1, signal });
    await expect(ask(AbortSignal.timeout(300))).rejects.toThrow('timeout');
    expect([simulator.news.requests(), simulator.rest.requests().length]).toEqual([0, before + 1]);
    simulator.faults.rest.always = undefined;
    simulator.faults.rest.delayMs = 5_000;
    const signal = AbortSignal.timeout(50);
    await expect(rest.timeSeries({ symbol: 'BTCUSD', interval: '1h', signal })).rejects.toThrow('timeout');
  });

  it("adopts the plan that the headers state and loads a demo's whole history at once", async () => {
    const { rest, budget } = await open({
      plan: { connections: 3, symbols: 8, creditsPerMinute: 50, creditsPerDay: 800 },
    });
    const asks = Array.from({ length: 20 }, () =>
      rest.timeSeries({ symbol: 'BTCUSD', interval: '1min', outputSize: 2 }),
    );
    await Promise.all(asks);
    expect(budget.state().minute).toMatchObject({ limit: 50, used: 20, left: 30 });
    expect(budget.state().day.used).toBe(20);
  });

  it('distinguishes an exhausted day from an exhausted minute', async () => {
    const { rest, budget } = await open({
      plan: { connections: 3, symbols: 8, creditsPerMinute: 50, creditsPerDay: 2 },
    });
    const ask = () => rest.timeSeries({ symbol: 'BTCUSD', interval: '1min', outputSize: 2 });
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ name: 'DayExhaustedError' });
    expect(budget.state().exhausted).toBe('day');
  });
});

const bar = { datetime: '2026-03-04 12:00:00', open: '1.1', high: '1.2', low: '1.0', close: '1.1' };

function bodyOf(change: object): string {
  const whole = { ...bar, ...change };
  return JSON.stringify({ meta: {}, values: [whole], status: 'ok' });
}
