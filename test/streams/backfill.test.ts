import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { type AskBars, backfill, type BackfillOptions } from '../../streams/backfill.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';

const hour = timeframeMs['1h'];
const gridOf = (timeframe: Timeframe) => {
  const length = timeframeMs[timeframe];
  return {
    openOf: (time: number) => Math.floor(time / length) * length,
    closeOf: (open: number) => open + length,
  };
};
const bar = (openTime: number, price = 1) => ({
  openTime,
  open: price,
  high: price + 1,
  low: price - 1,
  close: price,
});
const every =
  (asked: Parameters<AskBars>[0][] = [], skip = new Set<number>()): AskBars =>
  (request) => {
    asked.push(request);
    const step = timeframeMs[request.interval];
    const bars = [];
    for (let open = request.from; open < request.to; open += step)
      if (!skip.has(open)) bars.push(bar(open, open));
    return Promise.resolve(bars);
  };

const run = (options: Partial<BackfillOptions>) =>
  lastValueFrom(
    backfill({
      symbol: 'BTCUSD',
      timeframes: ['1h'],
      gridOf,
      isProviderGrid: () => true,
      tradedMillis: (from, to) => to - from,
      now: () => 100 * hour + 5,
      count: 4,
      haveOf: () => new Set(),
      emptyOf: () => new Set(),
      ask: every(),
      onFailure: (error) => {
        throw error;
      },
      ...options,
    }).pipe(toArray()),
  );

describe('backfill', () => {
  it('asks once for what a timeframe lacks', async () => {
    const asked: Parameters<AskBars>[0][] = [];
    const [filled, ...rest] = await run({ ask: every(asked), haveOf: () => new Set([96 * hour]) });
    expect(rest).toEqual([]);
    expect(asked).toEqual([{ symbol: 'BTCUSD', interval: '1h', from: 97 * hour, to: 100 * hour }]);
    expect(filled?.candles.map((candle) => candle.openTime / hour)).toEqual([97, 98, 99]);
    expect(filled?.candles[0]).toMatchObject({
      closeTime: 98 * hour,
      source: 'rest',
      complete: true,
      volumeKind: 'none',
    });
  });

  it('asks nothing where nothing is lacking', async () => {
    const haveOf = () => new Set([96, 97, 98, 99].map((n) => n * hour));
    expect(await run({ haveOf, ask: () => Promise.reject(new Error('asked')) })).toEqual([]);
  });

  it('says which windows REST confirms empty, and does not repeat what was there', async () => {
    const [filled] = await run({ ask: every([], new Set([97 * hour])), haveOf: () => new Set([98 * hour]) });
    expect(filled?.empty).toEqual([97 * hour]);
    expect(filled?.candles.map((candle) => candle.openTime / hour)).toEqual([96, 99]);
  });

  it('goes on with the other timeframes where one fails', async () => {
    const failed: Timeframe[] = [];
    const ask: AskBars = (request) =>
      request.interval === '1h' ? Promise.reject(new Error('no')) : every()(request);
    const filled = await run({
      timeframes: ['1h', '4h'],
      ask,
      onFailure: (_, timeframe) => failed.push(timeframe),
    });
    expect(failed).toEqual(['1h']);
    expect(filled.map(({ timeframe }) => timeframe)).toEqual(['4h']);
  });

  it('folds 1h bars where the provider cuts otherwise, page by page and never across a window', async () => {
    const asked: Parameters<AskBars>[0][] = [];
    const day = 24 * hour;
    const filled = await run({
      timeframes: ['1day'],
      isProviderGrid: () => false,
      ask: every(asked),
      now: () => 1000 * day,
      count: 250,
    });
    expect(asked).toEqual([
      { symbol: 'BTCUSD', interval: '1h', from: 792 * day, to: 1000 * day },
      { symbol: 'BTCUSD', interval: '1h', from: 750 * day, to: 792 * day },
    ]);
    const candles = filled.flatMap((one) => one.candles);
    expect(candles).toHaveLength(250);
    expect(new Set(candles.map((candle) => candle.openTime)).size).toBe(250);
    const first = candles.find((candle) => candle.openTime === 999 * day);
    expect(first).toMatchObject({ open: 999 * day, close: 1000 * day - hour, high: 1000 * day - hour + 1 });
  });
});
