import { asyncScheduler, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import type { Bar } from '../../../schema/candle.ts';
import { timeframeMs, type Timeframe } from '../../../schema/timeframe.ts';
import { ProviderError } from '../../../streams/provider/rest/parse-time-series.ts';
import { pastCandles, type PastCandlesOptions } from '../../../streams/symbol/past-candles.ts';

const hour = 3_600_000;
/** Where the stored candles begin. */
const end = Date.UTC(2026, 10, 2);
const bar = (openTime: number): Bar => ({ openTime, open: 1, high: 2, low: 0.5, close: 1.5, volume: 3 });

/** A provider with bars from `begin` on, which writes down what it is asked. */
function provider(begin: number, over: Partial<PastCandlesOptions> = {}) {
  const asked: { interval: Timeframe; to: number }[] = [];
  const past = pastCandles({
    ask: async ({ interval, to, outputSize }) => {
      asked.push({ interval, to });
      const length = timeframeMs[interval];
      const count = Math.min(outputSize, Math.floor((to - begin) / length));
      return Array.from({ length: count }, (_, i) => bar(to - (count - i) * length));
    },
    gridOf: (_, timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
    isProviderGrid: () => true,
    foldFrom: () => '1h',
    clock: asyncScheduler,
    ...over,
  });
  return { past, asked };
}
const at = (before: number, limit = 500) => ({ before, end, limit });

describe('pastCandles', () => {
  it('pages backwards to the first one the provider has, each page asked once', async () => {
    const { past, asked } = provider(end - 4500 * hour);
    const opens: number[] = [];
    let before = end;
    for (let page = 0; page < 20; page++) {
      const { candles, older } = await past.before('BTCUSD', '1h', at(before));
      opens.unshift(...candles.map(({ openTime }) => openTime));
      before = candles[0]?.openTime ?? before;
      if (older === 'none') break;
    }
    expect(opens).toEqual(Array.from({ length: 4500 }, (_, i) => end - (4500 - i) * hour));
    expect(asked.map(({ to }) => (end - to) / hour)).toEqual([0, 2000, 4000, 4500]);
    const again = await past.before('BTCUSD', '1h', at(end));
    expect(again).toMatchObject({ older: 'yes', candles: { length: 500 } });
    expect(await past.before('BTCUSD', '1h', at(before))).toMatchObject({
      candles: [],
      older: 'none',
      reason: 'the provider has no older ones',
    });
    expect(asked).toHaveLength(4);
  });

  it('shares one request among all who ask at once', async () => {
    const { past, asked } = provider(0);
    const pages = await Promise.all(Array.from({ length: 20 }, () => past.before('BTCUSD', '1h', at(end))));
    expect(pages.every(({ candles }) => candles.length === 500)).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it('spends a bounded number of requests on one chart, however far back it is asked', async () => {
    const { past, asked } = provider(0);
    const far = () => past.before('BTCUSD', '1h', at(end - 900_000 * hour));
    expect(await far()).toEqual({ candles: [], older: 'later', reason: 'not read so far back yet' });
    expect(asked).toHaveLength(1);
    for (let i = 0; i < 20; i++) await far();
    expect(await far()).toMatchObject({
      candles: [],
      older: 'none',
      reason: expect.stringContaining('15000'),
    });
    expect(asked).toHaveLength(8);
  });

  it('forgets the chart looked at longest ago where all are too many', async () => {
    const { past, asked } = provider(0, { most: 4_000 });
    for (const symbol of ['A', 'B', 'C', 'B', 'A']) await past.before(symbol, '1h', at(end));
    expect(asked).toHaveLength(4);
  });

  it('folds from shorter bars where the provider cuts its windows elsewhere, without the cut one', async () => {
    const { past, asked } = provider(end - 39 * hour, { isProviderGrid: () => false });
    const { candles } = await past.before('EURUSD', '1day', at(end));
    expect(asked[0]).toMatchObject({ interval: '1h' });
    expect(candles.map(({ openTime, volume }) => [(end - openTime) / hour, volume])).toEqual([[24, 72]]);
  });

  it('says why it has none now, and asks again only after a while', async () => {
    const clock = new VirtualTimeScheduler();
    let asked = 0;
    const { past } = provider(0, {
      clock,
      ask: () => {
        asked++;
        return Promise.reject(new ProviderError(500, 'out of order'));
      },
    });
    const refused = { candles: [], older: 'later', reason: 'the provider answered 500: out of order' };
    expect(await past.before('BTCUSD', '1h', at(end))).toEqual(refused);
    expect(await past.before('BTCUSD', '1h', at(end))).toEqual(refused);
    expect(asked).toBe(1);
    clock.maxFrames = 61_000;
    clock.schedule(() => undefined, 61_000);
    clock.flush();
    await past.before('BTCUSD', '1h', at(end));
    expect(asked).toBe(2);
  });

  it('lets nobody wait long for a credit, and keeps the answer that comes later', async () => {
    const answer = Promise.withResolvers<Bar[]>();
    let asked = 0;
    const { past } = provider(0, {
      patienceMs: 5,
      ask: () => {
        asked++;
        return answer.promise;
      },
    });
    expect(await past.before('BTCUSD', '1h', at(end))).toMatchObject({
      older: 'later',
      reason: 'the provider is being asked',
    });
    answer.resolve([bar(end - hour)]);
    await answer.promise;
    expect(await past.before('BTCUSD', '1h', at(end))).toMatchObject({ candles: [{ openTime: end - hour }] });
    expect(asked).toBe(1);
  });

  it('aborts what is under way when it is closed', async () => {
    let signal: AbortSignal | undefined;
    const { past } = provider(0, {
      patienceMs: 5,
      ask: (query) => {
        ({ signal } = query);
        return new Promise((_, reject) =>
          signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
        );
      },
    });
    await past.before('BTCUSD', '1h', at(end));
    past.close();
    expect(signal?.aborted).toBe(true);
  });
});
