import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTrade, type Trade } from '../../../../operators/signals/outcomes/outcomes.ts';
import {
  createRecentPrices,
  type RecentPrices,
} from '../../../../operators/signals/outcomes/recent-prices.ts';
import {
  createTradeBook,
  type Ended,
  type TradeBook,
} from '../../../../operators/signals/outcomes/trade-book.ts';
import type { Bar } from '../../../../schema/candle.ts';
import type { Tick } from '../../../../schema/tick.ts';
import { minute } from '../signal-samples.ts';

const close = 10 * minute;

type Input =
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'interruption'; readonly from: number; readonly to: number }
  | { readonly kind: 'minutes'; readonly from: number; readonly to: number; readonly bars: readonly Bar[] };

const tickAt = (eventTime: number, price: number): Tick => ({
  symbol: 'BTCUSD',
  price,
  eventTime,
  receivedTime: eventTime,
});
const hear = (recent: RecentPrices, input: Input): void => {
  if (input.kind === 'tick') recent.tick(input.tick);
  if (input.kind === 'interruption') recent.interruption(input.from, input.to);
};
const follow = (book: TradeBook<Trade>, input: Input): readonly Ended<Trade>[] => {
  if (input.kind === 'tick') return book.tick(input.tick);
  if (input.kind === 'minutes') return book.minutes(input.from, input.to, input.bars);
  book.interruption(input.from, input.to);
  return [];
};
const trade = (levels: number): Trade =>
  openTrade({
    id: 'a',
    direction: 1,
    entry: 100,
    tp: 100 + levels,
    sl: 100 - levels,
    from: close,
    expiresAt: close + 20 * minute,
    cost: 0.01,
  });
const barAt = (openTime: number, low: number, high: number): Bar => ({
  openTime,
  open: low,
  high,
  low,
  close: high,
});

/** Ticks about a close, some of them late, and at most one outage with the minutes of it. */
const market = fc
  .record({
    steps: fc.array(
      fc.record({
        ms: fc.integer({ min: 1, max: 4_000 }),
        move: fc.integer({ min: -20, max: 20 }),
        late: fc.constantFrom(0, 0, 0, 900, 5_000),
      }),
      { minLength: 120, maxLength: 200 },
    ),
    outage: fc.option(
      fc.record({
        from: fc.integer({ min: -2 * minute, max: minute }),
        lasts: fc.integer({ min: 1, max: minute }),
        isToldAtOnce: fc.boolean(),
        width: fc.integer({ min: 1, max: 40 }),
      }),
    ),
    issued: fc.integer({ min: 0, max: minute }),
  })
  .map(({ steps, outage, issued }) => {
    let [at, cents] = [close - 3 * minute, 10_000];
    const [from, to] = outage ? [close + outage.from, close + outage.from + outage.lasts] : [0, 0];
    const inputs: { at: number; input: Input }[] = steps.flatMap(({ ms, move, late }) => {
      [at, cents] = [at + ms, cents + move];
      return at >= from && at < to
        ? []
        : { at, input: { kind: 'tick', tick: tickAt(at - late, cents / 100) } };
    });
    if (outage !== null) {
      const [begin, end] = [Math.floor(from / minute) * minute, Math.ceil(to / minute) * minute];
      const bars: Bar[] = [];
      for (let open = begin; open < end; open += minute)
        bars.push(barAt(open, 100 - outage.width / 100, 100 + outage.width / 100));
      if (!outage.isToldAtOnce)
        inputs.push({ at: from, input: { kind: 'interruption', from, to: Infinity } });
      inputs.push({ at: to, input: { kind: 'interruption', from, to } });
      inputs.push({ at: end + 1_500, input: { kind: 'minutes', from: begin, to: end, bars } });
    }
    return { inputs: inputs.sort((a, b) => a.at - b.at), issued: close + issued };
  });

describe('a signal that is issued some time after its close', () => {
  it.each([
    ['near', 1.5],
    ['far', 50],
  ])('ends as one that was followed from its close on, levels %s, to the last bit', (_, levels) => {
    let [compared, moved] = [0, 0];
    fc.assert(
      fc.property(market, ({ inputs, issued }) => {
        const [followed, late, recent] = [createTradeBook(), createTradeBook(), createRecentPrices()];
        followed.add(trade(levels));
        const ends: [Ended<Trade>[], Ended<Trade>[]] = [[], []];
        let isIssued = false;
        const issue = () => {
          isIssued = true;
          const heard = recent.since(close);
          if (heard.some((one) => one.kind === 'ticks')) moved++;
          ends[1].push(...late.add(trade(levels), undefined, heard));
        };
        for (const { at, input } of inputs) {
          if (!isIssued && at > issued) issue();
          ends[0].push(...follow(followed, input));
          hear(recent, input);
          if (isIssued) ends[1].push(...follow(late, input));
          // One whose level was met before it was issued is refused by its gate.
          const { low, high } = (isIssued ? null : recent.rangeSince(close)) ?? { low: 100, high: 100 };
          if (low <= 100 - levels || high >= 100 + levels) return;
        }
        if (!isIssued) issue();
        for (const [i, book] of [followed, late].entries())
          ends[i]!.push(...book.expire(close + 60 * minute));
        expect(ends[1].map(({ outcome }) => outcome)).toEqual(ends[0].map(({ outcome }) => outcome));
        expect(ends[0]).toHaveLength(1);
        compared++;
      }),
      { numRuns: 600, seed: 3 },
    );
    expect(compared).toBeGreaterThan(300);
    expect(moved).toBeGreaterThan(200);
  });
});

describe('what was heard of a market lately', () => {
  it('is what tells of prices since a time, a minute of ticks as one', () => {
    const recent = createRecentPrices();
    for (const [at, price] of [
      [-1, 90],
      [0, 100],
      [1, 103],
      [3, 99],
      [2, 98],
    ] as const)
      recent.tick(tickAt(close + at * 1_000, price));
    expect(recent.since(close)).toEqual([
      {
        kind: 'ticks',
        bar: { openTime: close, open: 100, high: 103, low: 98, close: 99 },
        lastAt: close + 3_000,
      },
    ]);
  });

  it('is forgotten after some minutes, also where an outage has no end yet', () => {
    const recent = createRecentPrices();
    recent.interruption(close, Infinity);
    for (let i = 0; i < 60; i++) recent.tick(tickAt(close + i * minute, 100 + i));
    const [outage, ...ticks] = recent.since(0);
    expect(outage).toEqual({ kind: 'interruption', from: close, to: Infinity });
    expect(ticks.length).toBeLessThanOrEqual(5);
    recent.interruption(close + 30_000, close + 59 * minute);
    expect(recent.since(0).filter(({ kind }) => kind === 'interruption')).toEqual([
      { kind: 'interruption', from: close, to: close + 59 * minute },
    ]);
  });

  it('keeps a minute as one however late ticks alternate with others, and its minutes in order', () => {
    const recent = createRecentPrices();
    recent.tick(tickAt(close + 500, 97));
    for (let i = 0; i < 1_000; i++) recent.tick(tickAt(close + (i % 2 ? i : -i - 1), 100));
    expect(recent.since(0)).toMatchObject([
      { bar: { openTime: close - minute, low: 100 } },
      { bar: { openTime: close, low: 97, high: 100, close: 100 } },
    ]);
    recent.interruption(close + 2_000, close + 3_000);
    recent.tick(tickAt(close + 4_000, 99));
    expect(recent.since(0).map(({ kind }) => kind)).toEqual(['ticks', 'ticks', 'interruption', 'ticks']);
    expect(recent.rangeSince(close)).toEqual({ low: 97, high: 100 });
  });

  it('is bounded however often the feed is interrupted', () => {
    const recent = createRecentPrices();
    for (let i = 0; i < 10_000; i++) {
      recent.tick(tickAt(close + i, 100));
      recent.interruption(close + i, close + i + 1);
    }
    expect(recent.since(0).length).toBeLessThanOrEqual(256);
  });

  it('knows no single wrong price, and a new unit once it is repeated', () => {
    const recent = createRecentPrices((before, after) => after > 2 * before || before > 2 * after);
    const tick = (ms: number, price: number) => recent.tick(tickAt(close + ms, price));
    tick(0, 100);
    tick(100, 300);
    tick(200, 101);
    expect(recent.rangeSince(close)).toEqual({ low: 100, high: 101 });
    tick(1_000, 300);
    tick(2_900, 301);
    expect(recent.rangeSince(close)).toEqual({ low: 100, high: 101 });
    tick(3_000, 302);
    expect(recent.rangeSince(close)).toEqual({ low: 100, high: 302 });
  });
});
