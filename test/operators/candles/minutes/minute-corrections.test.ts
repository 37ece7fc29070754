import { describe, expect, it } from 'vitest';
import { minuteCorrections } from '../../../../operators/candles/minutes/minute-corrections.ts';
import { createMinuteLedger } from '../../../../operators/candles/minutes/minute-ledger.ts';
import type { Bar } from '../../../../schema/candle.ts';
import type { CandleEvent } from '../../../../schema/market-event.ts';
import { candleAt, minute, tickAt } from '../../signals/signal-samples.ts';

/** Of minute 5 a whole candle at 100 (99 to 101) is known, with ticks from its second 10 to its second 50. */
function run(now = 6 * minute) {
  const ledger = createMinuteLedger(300);
  const events: CandleEvent[] = [];
  const corrections = minuteCorrections(
    'BTCUSD',
    ledger,
    () => now,
    (event) => events.push(event),
  );
  const at = 5 * minute;
  ledger.set(at, 'complete', 0);
  const edges = { firstTick: at + 10_000, lastTick: at + 50_000 };
  ledger.remember({ candle: candleAt(at, 100), ...edges, late: 0 });
  const late = (ms: number, price: number, openTime = at) =>
    corrections.late(tickAt(openTime + ms, price).tick, openTime);
  const replaced = (bars: readonly Bar[], from = 0, to = 10, oldest = 0) => {
    corrections.replace(bars, from * minute, to * minute, oldest * minute);
    return events.splice(0);
  };
  return { ledger, corrections, events, late, replaced, edges, at };
}
const bar = (i: number, change: Partial<Bar> = {}): Bar => ({
  openTime: i * minute,
  open: 100,
  high: 101,
  low: 99,
  close: 100,
  ...change,
});
const candlesOf = (events: readonly CandleEvent[]) =>
  events.flatMap((event) => (event.kind === 'candle' ? [event.candle] : []));

describe('a late tick', () => {
  it.each([
    [30_000, 100, false],
    [30_000, 101, false],
    [30_000, 99, false],
    [30_000, 101.01, true],
    [30_000, 98.99, true],
    // It would have been the first, or the last, of another price.
    [9_999, 100.5, true],
    [9_999, 100, false],
    [10_000, 100.5, false],
    [50_000, 100.5, true],
    [50_000, 100, false],
    [49_999, 100.5, false],
  ])('at %d ms of %d is worth asking REST for: %s', (ms, price, expected) => {
    expect(run().late(ms, price)).toBe(expected);
  });

  it('of a minute whose candle is not at hand is worth asking for, unless REST has answered', () => {
    const { ledger, late } = run();
    const of = (state: Parameters<typeof ledger.set>[1]) => {
      ledger.set(3 * minute, state);
      return late(30_000, 100, 3 * minute);
    };
    expect(late(30_000, 100, 2 * minute)).toBe(false);
    expect((['complete', 'incomplete', 'quiet', 'gap'] as const).map(of)).toEqual([true, true, true, true]);
    expect((['rest', 'empty'] as const).map(of)).toEqual([false, false]);
  });

  it('is counted, and emitted with the next: once, as a correction that alerts nobody', () => {
    const { corrections, events, late, edges } = run();
    late(30_000, 100);
    late(30_000, 500);
    expect(events).toEqual([]);
    corrections.emitLate();
    expect(events).toEqual([
      {
        kind: 'candle',
        candle: { ...candleAt(5 * minute, 100), lateTicks: 2, revision: 1 },
        timely: false,
        edges,
      },
    ]);
    corrections.emitLate();
    expect(events).toHaveLength(1);
    late(30_000, 100);
    corrections.emitLate();
    expect(candlesOf(events).at(-1)).toMatchObject({ lateTicks: 3, revision: 2 });
  });
});

describe('a doubt', () => {
  it('makes a whole minute incomplete, once', () => {
    const { ledger, corrections, events, edges, at } = run();
    expect(corrections.doubt(at)).toBe(true);
    const candle = { ...candleAt(at, 100), complete: false, revision: 1 };
    expect(events).toEqual([{ kind: 'candle', candle, timely: false, edges }]);
    expect([ledger.stateOf(at), ledger.revisionOf(at)]).toEqual(['incomplete', 1]);
    expect(corrections.doubt(at)).toBe(false);
    expect(events).toHaveLength(1);
  });

  it('makes a quiet minute one that may have been missed', () => {
    const { ledger, corrections, events } = run();
    ledger.set(3 * minute, 'quiet');
    expect(corrections.doubt(3 * minute)).toBe(true);
    expect(events).toEqual([{ kind: 'quiet', from: 3 * minute, to: 4 * minute, heard: false }]);
    expect(ledger.stateOf(3 * minute)).toBe('gap');
  });

  it.each(['gap', 'empty', 'rest', 'incomplete', 'complete'] as const)(
    'says nothing of a minute that is %s and not at hand',
    (state) => {
      const { ledger, corrections, events } = run();
      ledger.set(3 * minute, state);
      expect(corrections.doubt(3 * minute)).toBe(false);
      expect(events).toEqual([]);
      expect(ledger.stateOf(3 * minute)).toBe(state);
    },
  );
});

describe('bars of REST', () => {
  it('take the place of what we had, with the ticks we counted', () => {
    const { late, replaced, ledger, at } = run();
    late(30_000, 500);
    const [event] = replaced([bar(5, { high: 500, volume: 7 })]);
    expect(event).toEqual({
      kind: 'candle',
      candle: {
        ...candleAt(at, 100),
        high: 500,
        volume: 7,
        volumeKind: 'traded',
        source: 'rest',
        lateTicks: 1,
        longestSilenceMs: 0,
        revision: 1,
      },
      timely: false,
      edges: { firstTick: at, lastTick: at + minute },
    });
    expect([ledger.stateOf(at), ledger.revisionOf(at)]).toEqual(['rest', 1]);
    // What came late has been counted.
    expect(candlesOf(replaced([bar(5, { high: 600 })]))[0]).toMatchObject({ lateTicks: 1, revision: 2 });
  });

  it.each(['open', 'high', 'low', 'close'] as const)('that differ in %s alone are news', (field) => {
    expect(candlesOf(run().replaced([bar(5, { [field]: 100.5 })]))).toHaveLength(1);
  });

  it('that say the same of a whole minute are none, and of an incomplete one make it whole', () => {
    const { corrections, events, replaced, at } = run();
    expect(candlesOf(replaced([bar(5)]))).toEqual([]);
    corrections.doubt(at);
    events.length = 0;
    expect(candlesOf(replaced([bar(5)]))).toMatchObject([{ complete: true, revision: 2, source: 'rest' }]);
  });

  it('may alert in time, where nobody has seen the minute whole', () => {
    const timely = (now: number, before?: 'gap' | 'incomplete' | 'complete' | 'rest') => {
      const { ledger, replaced } = run(now);
      if (before !== undefined) ledger.set(7 * minute, before);
      return replaced([bar(7)]).flatMap((event) => (event.kind === 'candle' ? [event.timely] : []));
    };
    const close = 8 * minute;
    expect([timely(close + 6_000), timely(close + 6_001)]).toEqual([[true], [false]]);
    expect([timely(close, 'gap'), timely(close, 'incomplete')]).toEqual([[true], [true]]);
    expect([timely(close, 'complete'), timely(close, 'rest')]).toEqual([[false], [false]]);
  });

  it('count for the minutes that lie whole in what was asked', () => {
    const bars = [1, 2, 3, 4].map((i) => bar(i));
    const taken = (from: number, to: number) =>
      candlesOf(run().replaced(bars, from, to)).map(({ openTime }) => openTime / minute);
    expect([taken(2, 4), taken(1.5, 3.5)]).toEqual([[2, 3], [2]]);
  });

  it('tell of the minutes without one that nothing traded, from the oldest on, once', () => {
    const { ledger, replaced } = run();
    ledger.set(3 * minute, 'quiet');
    ledger.set(4 * minute, 'gap');
    ledger.set(6 * minute, 'incomplete');
    const empty = (openTimes: readonly number[]) => [
      { kind: 'empty', timeframe: '1min', openTimes: openTimes.map((i) => i * minute) },
    ];
    expect(replaced([], 1.5, 8.5, 3)).toEqual(empty([3, 4, 7]));
    expect([3, 4, 7].map((i) => ledger.stateOf(i * minute))).toEqual(['empty', 'empty', 'empty']);
    expect([2, 5, 6, 8].map((i) => ledger.stateOf(i * minute))).toEqual([
      'unknown',
      'complete',
      'incomplete',
      'unknown',
    ]);
    expect(replaced([], 1.5, 8.5, 3)).toEqual([]);
    expect(replaced([], 1.5, 8.5, 0)).toEqual(empty([2]));
    // A minute with a bar is none of them.
    const { replaced: answered } = run();
    expect(answered([bar(8)], 7, 10).filter(({ kind }) => kind === 'empty')).toEqual(empty([7, 9]));
  });
});
