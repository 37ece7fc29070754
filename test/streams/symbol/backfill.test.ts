import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { AskBars, BarsQuery } from '../../../streams/provider/rest/ask-bars.ts';
import { backfill, type BackfillOptions } from '../../../streams/symbol/backfill.ts';
import { timeframeMs, type Timeframe } from '../../../schema/timeframe.ts';

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
  (asked: BarsQuery[] = [], skip = new Set<number>()): AskBars =>
  ({ symbol, interval, from, to }) => {
    asked.push({ symbol, interval, from, to });
    const step = timeframeMs[interval];
    const bars = [];
    for (let open = from; open < to; open += step) if (!skip.has(open)) bars.push(bar(open, open));
    return Promise.resolve(bars);
  };

const run = (options: Partial<BackfillOptions>) =>
  lastValueFrom(
    backfill({
      symbol: 'BTCUSD',
      timeframe: '1h',
      grid: gridOf(options.timeframe ?? '1h'),
      isProviderGrid: true,
      tradedMillis: (from, to) => to - from,
      now: () => 100 * hour + 5,
      count: 4,
      have: () => new Set(),
      empty: () => new Set(),
      ask: every(),
      ...options,
    }).pipe(toArray()),
  );

describe('backfill', () => {
  it('requests once what a timeframe lacks', async () => {
    const asked: BarsQuery[] = [];
    const [filled, ...rest] = await run({ ask: every(asked), have: () => new Set([96 * hour]) });
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

  it('requests nothing where nothing is missing', async () => {
    const have = () => new Set([96, 97, 98, 99].map((n) => n * hour));
    expect(await run({ have, ask: () => Promise.reject(new Error('asked')) })).toEqual([]);
  });

  it('emits the windows that REST confirms empty, and no candle that was there', async () => {
    const [filled] = await run({ ask: every([], new Set([97 * hour])), have: () => new Set([98 * hour]) });
    expect(filled?.empty).toEqual([97 * hour]);
    expect(filled?.candles.map((candle) => candle.openTime / hour)).toEqual([96, 99]);
  });

  it('counts a window with a spoilt bar neither as empty nor as complete', async () => {
    const spoilt = [97 * hour];
    const ask: AskBars = async (query) =>
      Object.assign([...(await every([], new Set(spoilt))(query))], { spoilt });
    const [filled] = await run({ ask });
    expect(filled).toMatchObject({ empty: [], spoilt });
    expect(filled?.candles.map((candle) => candle.openTime / hour)).toEqual([96, 98, 99]);
    const [day] = await run({ timeframe: '1day', isProviderGrid: false, ask, count: 2 });
    const completeness = day?.candles.map(({ openTime, complete }) => [openTime / hour, complete]);
    expect(completeness).toEqual([
      [48, true],
      [72, true],
    ]);
    const [later] = await run({
      timeframe: '1day',
      isProviderGrid: false,
      ask,
      count: 1,
      now: () => 121 * hour,
    });
    expect(later?.candles).toMatchObject([{ openTime: 96 * hour, complete: false }]);
    expect(later).toMatchObject({ spoilt: [96 * hour], empty: [] });
  });

  it("makes no candle of a bar after an exchange's close: its auction is outside the session", async () => {
    const isOpen = (time: number) => time < 96 * hour || time >= 98 * hour;
    const grid = { ...gridOf('1h'), inSession: isOpen };
    const tradedMillis = (from: number, to: number) => (isOpen(from) ? to - from : 0);
    const [filled] = await run({ grid, tradedMillis });
    expect(filled?.candles.map((candle) => candle.openTime / hour)).toEqual([94, 95, 98, 99]);
  });

  it('folds from shorter bars where the grids differ', async () => {
    const asked: BarsQuery[] = [];
    await run({ isProviderGrid: false, foldFrom: '30min', ask: every(asked) });
    expect(asked.map(({ interval }) => interval)).toEqual(['30min']);
  });

  it("fails with REST's error", async () => {
    await expect(run({ ask: () => Promise.reject(new Error('no')) })).rejects.toThrow('no');
  });

  it("folds 1h bars where the provider's grid is another, page by page and never across a window", async () => {
    const asked: BarsQuery[] = [];
    const day = 24 * hour;
    const filled = await run({
      timeframe: '1day',
      isProviderGrid: false,
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
