import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Candle } from '../../../schema/candle.ts';
import type { Tick } from '../../../schema/tick.ts';
import { candlesByTheBook } from './candle-reference.ts';
import { marketScript, minute, monday, tickAt, type ScriptOptions } from './market-script.ts';

const graceMs = 1000;
const start = monday - 10_000;
// The reference knows no measured lag: it is property enough to close by watermark and clock.
const still: ScriptOptions = {
  timeframes: ['5min', '15min'],
  lag: () => 0,
  ahead: () => 0,
  lagExceedsCap: () => false,
};

function play(ticks: readonly Tick[], until = monday + 40 * minute) {
  const market = marketScript(start, still);
  for (const tick of ticks) market.tick(tick.eventTime, tick.price, tick);
  market.wait(Math.max(until, (ticks.at(-1)?.receivedTime ?? 0) + 20 * minute));
  market.end();
  return market;
}

const price = fc.integer({ min: 1, max: 30 });

/** Ticks in order of arrival whose event times are anywhere in the two minutes before, or a second ahead. */
const anyTicks = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 0, max: 40_000 }),
      lag: fc.integer({ min: -900, max: 120_000 }),
      price,
    }),
    {
      maxLength: 60,
    },
  )
  .map((steps) => {
    let now = monday;
    return steps.map(({ wait, lag, price }) => {
      now += wait;
      return tickAt(now - lag, price, { receivedTime: now });
    });
  });

/** Ticks in order of event time, some of them at the same. */
const orderedTicks = fc
  .array(
    fc.record({
      wait: fc.oneof(fc.constant(0), fc.integer({ max: 3000, min: 0 }), fc.integer({ min: 0, max: 90_000 })),
      price,
    }),
    {
      maxLength: 80,
    },
  )
  .map((steps) => {
    let now = monday;
    let dayVolume = 0;
    return steps.map(({ wait, price }) => {
      now += wait;
      dayVolume += price * 10;
      return tickAt(now, price, { dayVolume });
    });
  });

/** The same ticks, each late by less than the grace, those of one time by the same. */
const shuffled = fc
  .tuple(orderedTicks, fc.array(fc.nat(graceMs - 1), { minLength: 80, maxLength: 80 }))
  .map(([ticks, lags]) => {
    const lagOf = new Map<number, number>();
    for (const [i, tick] of ticks.entries())
      if (!lagOf.has(tick.eventTime)) lagOf.set(tick.eventTime, lags[i]!);
    const late = ticks.map((tick) => ({
      ...tick,
      receivedTime: tick.eventTime + lagOf.get(tick.eventTime)!,
    }));
    return { ticks, late: late.toSorted((a, b) => a.receivedTime - b.receivedTime) };
  });

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

describe('candles', () => {
  it('equal those of a brute-force reference, for any ticks', () => {
    fc.assert(
      fc.property(anyTicks, (ticks) => {
        const minutes = play(ticks).last('1min');
        const reference = candlesByTheBook(ticks, start, graceMs);
        expect(
          minutes.map(({ openTime, open, high, low, close, ticks, complete, lateTicks }) => ({
            openTime,
            open,
            high,
            low,
            close,
            ticks,
            complete,
            lateTicks,
          })),
        ).toEqual(
          reference.map(({ openTime, open, high, low, close, ticks, complete, lateTicks }) => ({
            openTime,
            open,
            high,
            low,
            close,
            ticks,
            complete,
            lateTicks,
          })),
        );
        for (const [i, { longestSilenceMs }] of minutes.entries()) {
          const { silence } = reference[i]!;
          if (silence >= 1000) expect(longestSilenceMs).toBe(silence);
          else expect(longestSilenceMs).toBeLessThan(1000);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('hold their open and close between low and high, in every timeframe', () => {
    fc.assert(
      fc.property(anyTicks, (ticks) => {
        for (const { candle } of play(ticks).closed()) {
          expect(candle.low).toBeLessThanOrEqual(Math.min(candle.open, candle.close));
          expect(candle.high).toBeGreaterThanOrEqual(Math.max(candle.open, candle.close));
          expect(candle.ticks).toBeGreaterThan(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('conserve ticks and volume', () => {
    fc.assert(
      fc.property(shuffled, ({ ticks, late }) => {
        const market = play(late);
        for (const timeframe of ['1min', '5min', '15min'] as const) {
          const candles = market.last(timeframe);
          expect(sum(candles.map((candle) => candle.ticks))).toBe(ticks.length);
          const [first] = ticks;
          const risen = first === undefined ? 0 : ticks.at(-1)!.dayVolume! - first.dayVolume!;
          expect(sum(candles.map((candle) => candle.volume))).toBe(risen);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are the same for any order of arrival inside the grace', () => {
    fc.assert(
      fc.property(shuffled, ({ ticks, late }) => {
        for (const timeframe of ['1min', '5min', '15min'] as const)
          expect(play(late).last(timeframe)).toEqual(play(ticks).last(timeframe));
      }),
      { numRuns: 150 },
    );
  });

  it('of five minutes are five of one minute merged', () => {
    fc.assert(
      fc.property(anyTicks, (ticks) => {
        const market = play(ticks);
        const groups = Map.groupBy(market.last('1min'), (candle) =>
          Math.floor(candle.openTime / (5 * minute)),
        );
        const merged = [...groups.values()].map((minutes) => mergeOf(minutes));
        const fives = market.last('5min');
        expect(fives.map((candle) => pick(candle))).toEqual(merged);
        for (const candle of fives) {
          const minutes = groups.get(candle.openTime / (5 * minute))!;
          if (minutes.some((each) => !each.complete)) expect(candle.complete).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of a prefix of ticks are a prefix of the candles', () => {
    fc.assert(
      fc.property(anyTicks, fc.nat(60), (ticks, length) => {
        const events = (list: readonly Tick[]) => {
          const market = marketScript(start, { ...still, formingMs: 250 });
          for (const tick of list) market.tick(tick.eventTime, tick.price, tick);
          market.end();
          return market.events;
        };
        const part = events(ticks.slice(0, length));
        expect(events(ticks).slice(0, part.length)).toEqual(part);
      }),
      { numRuns: 100 },
    );
  });
});

function mergeOf(minutes: readonly Candle[]) {
  return {
    openTime: Math.floor(minutes[0]!.openTime / (5 * minute)) * 5 * minute,
    open: minutes[0]!.open,
    high: Math.max(...minutes.map((candle) => candle.high)),
    low: Math.min(...minutes.map((candle) => candle.low)),
    close: minutes.at(-1)!.close,
    volume: sum(minutes.map((candle) => candle.volume)),
    ticks: sum(minutes.map((candle) => candle.ticks)),
    lateTicks: sum(minutes.map((candle) => candle.lateTicks)),
  };
}

function pick({ openTime, open, high, low, close, volume, ticks, lateTicks }: Candle) {
  return { openTime, open, high, low, close, volume, ticks, lateTicks };
}
