import { describe, expect, it } from 'vitest';
import { ended, type Trade } from '../../../../operators/signals/outcomes/outcomes.ts';
import {
  fillGap,
  giveUpGap,
  type PriceGap,
  resolveGap,
  widenGap,
} from '../../../../operators/signals/outcomes/price-gap.ts';
import type { Bar } from '../../../../schema/candle.ts';
import { buyTrade, candleAt, minute } from '../signal-samples.ts';

const bar = (at: number, change: Partial<Bar> = {}): Bar => ({
  openTime: at * minute,
  open: 100,
  high: 100,
  low: 100,
  close: 100,
  ...change,
});
const patience = 5 * minute;
const widened = (trade: Trade, ...spans: readonly (readonly [number, number])[]): PriceGap | null =>
  spans.reduce<PriceGap | null>(
    (gap, [from, to]) => widenGap(trade, gap, from * minute, to * minute, patience),
    null,
  );
const missing = (gap: PriceGap | null) => gap?.missing.map((span) => span.map((time) => time / minute));

describe('widenGap', () => {
  it('misses the part of an outage in which the trade was open', () => {
    expect(missing(widened(buyTrade(), [20, 25]))).toEqual([[20, 25]]);
    expect(missing(widened(buyTrade(), [5, 25]))).toEqual([[10, 25]]);
    expect(missing(widened(buyTrade(), [50, 90]))).toEqual([[50, 60]]);
  });

  it('is none where the outage touches nothing of the trade', () => {
    expect(widened(buyTrade(), [2, 10])).toBeNull();
    expect(widened(buyTrade(), [60, 70])).toBeNull();
    expect(missing(widened(buyTrade(), [20, 25], [60, 70]))).toEqual([[20, 25]]);
  });

  it('waits from the end of the outage for as long as its patience, and for ever while it lasts', () => {
    expect(widened(buyTrade(), [20, 25])!.giveUpAt).toBe(30 * minute);
    expect(widened(buyTrade(), [20, Infinity])!.giveUpAt).toBe(Infinity);
    expect(widened(buyTrade(), [20, Infinity], [20, 31])!.giveUpAt).toBe(36 * minute);
    // An earlier outage that is told later shortens no waiting.
    expect(widened(buyTrade(), [40, 45], [20, 25])!.giveUpAt).toBe(50 * minute);
  });

  it('puts the end of an outage in place of the part without one, from the earlier beginning', () => {
    expect(missing(widened(buyTrade(), [20, Infinity]))).toEqual([[20, Infinity]]);
    expect(missing(widened(buyTrade(), [20, Infinity], [22, 31]))).toEqual([[20, 31]]);
    expect(missing(widened(buyTrade(), [20, Infinity], [18, 31]))).toEqual([[18, 31]]);
    expect(missing(widened(buyTrade(), [20, 22], [30, Infinity], [30, 33]))).toEqual([
      [20, 22],
      [30, 33],
    ]);
  });

  it('misses nothing any more where an outage ended before the trade began', () => {
    const gap = widened(buyTrade(), [5, Infinity], [5, 9])!;
    expect(missing(gap)).toEqual([]);
    expect(gap.giveUpAt).toBe(14 * minute);
    expect(missing(widened(buyTrade(), [5, Infinity], [5, 10]))).toEqual([]);
  });

  it('keeps its parts in order, and the trade as it stood when the first began', () => {
    const trade = buyTrade();
    const first = widened(trade, [40, 45])!;
    first.bars.push(bar(41));
    first.later = ended(trade, 'tp', 103, 46 * minute);
    trade.last = 101;
    const both = widenGap(trade, first, 20 * minute, 25 * minute, patience)!;
    expect(missing(both)).toEqual([
      [20, 25],
      [40, 45],
    ]);
    expect(both.before).toMatchObject({ last: 100 });
    expect(both.before).not.toBe(trade);
    expect(both).toMatchObject({ bars: [bar(41)], later: { status: 'tp' } });
  });
});

describe('fillGap', () => {
  it('takes the bars that overlap what is missing, and no others', () => {
    const gap = widened(buyTrade(), [20, 25])!;
    fillGap(
      gap,
      10 * minute,
      40 * minute,
      [18, 19, 20, 24, 25, 26].map((at) => bar(at)),
    );
    expect(gap.bars.map(({ openTime }) => openTime / minute)).toEqual([20, 24]);
    expect(gap.missing).toEqual([]);
    const within = widened(buyTrade(), [20.5, 24.5])!;
    fillGap(
      within,
      10 * minute,
      40 * minute,
      [19, 20, 24, 25].map((at) => bar(at)),
    );
    expect(within.bars.map(({ openTime }) => openTime / minute)).toEqual([20, 24]);
  });

  it.each([
    [[10, 20], [[20, 30]]],
    [[30, 40], [[20, 30]]],
    [[10, 22], [[22, 30]]],
    [[27, 40], [[20, 27]]],
    [
      [22, 27],
      [
        [20, 22],
        [27, 30],
      ],
    ],
    [[20, 30], []],
  ] as const)('leaves missing what %j does not cover of 20 to 30', ([from, to], rest) => {
    const gap = widened(buyTrade(), [20, 30])!;
    fillGap(gap, from * minute, to * minute, []);
    expect(missing(gap)).toEqual(rest);
  });

  it('keeps four weeks of minutes, and no more', () => {
    const gap = widened(buyTrade({ expiresAt: Infinity }), [20, 50_000])!;
    const bars = Array.from({ length: 40_330 }, (_, i) => bar(20 + i));
    fillGap(gap, 20 * minute, 50_000 * minute, bars);
    expect(gap.bars).toHaveLength(40_320);
  });
});

describe('giveUpGap', () => {
  it('lets longer candles stand in for the minutes that are missing, where they overlap them', () => {
    const gap = widened(buyTrade(), [20, 25])!;
    const candles = [10, 15, 20, 25].map((at) => candleAt(at * minute, 100, { timeframe: '5min' }));
    giveUpGap(gap, candles);
    expect(gap.bars).toEqual([candles[2]]);
    expect(gap.missing).toEqual([]);
  });
});

describe('resolveGap', () => {
  it('takes the bars in their order, up to the first minute that is missing', () => {
    const trade = buyTrade();
    const gap = widened(trade, [20, 30])!;
    gap.bars.push(bar(28, { high: 104 }), bar(21, { close: 101, high: 101 }));
    gap.missing = [[22 * minute, 24 * minute]];
    expect(resolveGap(trade, gap)).toBeNull();
    expect(gap.before).toMatchObject({ last: 101, lastAt: 22 * minute, best: 101 });
    // The trade itself learns of it once nothing is missing.
    expect(trade).toMatchObject({ last: 100, best: 100 });
    gap.missing = [];
    expect(resolveGap(trade, gap)).toMatchObject({ status: 'tp', resolved_at: 29 * minute });
  });

  it('does not take a bar that opens where the first missing minute does', () => {
    const trade = buyTrade();
    const gap = widened(trade, [20, 30])!;
    gap.bars.push(bar(22, { high: 104 }));
    gap.missing = [[22 * minute, 23 * minute]];
    expect(resolveGap(trade, gap)).toBeNull();
    expect(gap.bars).toHaveLength(1);
  });

  it('ends by the close of a longer bar that stands in', () => {
    const trade = buyTrade();
    const gap = widened(trade, [20, 25])!;
    giveUpGap(gap, [candleAt(20 * minute, 100, { timeframe: '5min', low: 97, high: 101 })]);
    expect(resolveGap(trade, gap)).toMatchObject({ status: 'sl', exit_price: 98, resolved_at: 25 * minute });
  });

  it('gives the outcome of the ticks after it where it had none of its own, with its excursions', () => {
    const trade = buyTrade();
    const gap = widened(trade, [20, 22])!;
    gap.later = ended(trade, 'sl', 98, 23 * minute);
    gap.bars.push(bar(20, { high: 102 }), bar(21, { low: 99 }));
    gap.missing = [];
    expect(resolveGap(trade, gap)).toMatchObject({ status: 'sl', resolved_at: 23 * minute, mfe: 1, mae: 1 });
  });

  it('goes on with the newest price, be it the gap’s or one that came after it', () => {
    const trade = buyTrade({ last: 99.5, lastAt: 15 * minute, lastHalfSpread: 0.1 });
    const gap = widened(trade, [20, 21])!;
    gap.bars.push(bar(20, { close: 101, high: 101.5, low: 99 }));
    gap.missing = [];
    expect(resolveGap(trade, gap)).toBeNull();
    expect(trade).toMatchObject({ last: 101, lastAt: 21 * minute, lastHalfSpread: null });
    expect(trade).toMatchObject({ best: 101.5, worst: 99 });
    const ahead = buyTrade({ last: 102, lastAt: 30 * minute });
    const older = widened(ahead, [20, 21])!;
    older.before.lastAt = 0;
    older.bars.push(bar(20, { close: 101, high: 101 }));
    older.missing = [];
    resolveGap(ahead, older);
    expect(ahead).toMatchObject({ last: 102, lastAt: 30 * minute, best: 101 });
  });

  it('expires at the last price the gap knows, and at that of the ticks where it knows none', () => {
    const trade = buyTrade();
    const gap = widened(trade, [50, 60])!;
    gap.later = ended(trade, 'expired', 100, 60 * minute);
    gap.bars.push(bar(59, { close: 101, high: 101 }));
    gap.missing = [];
    expect(resolveGap(trade, gap)).toMatchObject({ status: 'expired', exit_price: 101, r: 0.5 });
    const silent = widened(buyTrade(), [50, 60])!;
    silent.later = ended(buyTrade(), 'expired', 102, 60 * minute);
    silent.missing = [];
    expect(resolveGap(buyTrade(), silent)).toMatchObject({ status: 'expired', exit_price: 102, r: 1 });
  });
});
