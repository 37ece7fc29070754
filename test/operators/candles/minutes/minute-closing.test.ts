import { describe, expect, it } from 'vitest';
import { createDayVolume } from '../../../../operators/candles/day-volume.ts';
import { minuteClosing } from '../../../../operators/candles/minutes/minute-closing.ts';
import { createMinuteLedger } from '../../../../operators/candles/minutes/minute-ledger.ts';
import { addTick } from '../../../../operators/candles/minutes/minute-window.ts';
import { openMinutes } from '../../../../operators/candles/minutes/open-minutes.ts';
import type { CandleEvent } from '../../../../schema/market-event.ts';
import { minute, tickAt } from '../../signals/signal-samples.ts';

function run(now = 0) {
  const open = openMinutes();
  const ledger = createMinuteLedger(300);
  const events: CandleEvent[] = [];
  const close = minuteClosing({
    symbol: 'BTCUSD',
    now: () => now,
    open,
    ledger,
    volume: createDayVolume(),
    emit: (event) => events.push(event),
  });
  return {
    open,
    ledger,
    tick: (i: number, price: number, dayVolume?: number) =>
      addTick(
        open.at(i * minute),
        tickAt(i * minute + 1000, price, dayVolume === undefined ? {} : { dayVolume }).tick,
      ),
    /** What closing the minutes `[from, to)` emits, those in `missed` not having been heard whole. */
    close: (from: number, to: number, missed: readonly number[] = []) => {
      close(from * minute, to * minute, (openTime) => !missed.includes(openTime / minute));
      return events
        .splice(0)
        .map((event) =>
          event.kind === 'candle'
            ? [event.candle.openTime / minute, event.candle.close, event.candle.complete]
            : event.kind === 'quiet'
              ? [event.from / minute, event.to / minute, event.heard]
              : [event.kind],
        );
    },
    events,
    raw: close,
  };
}

describe('minuteClosing', () => {
  it('emits minutes with ticks as candles, and each stretch between them as quiet', () => {
    const { tick, close, ledger, open } = run();
    tick(3, 103);
    tick(6, 106);
    expect(close(1, 9)).toEqual([
      [1, 3, true],
      [3, 103, true],
      [4, 6, true],
      [6, 106, true],
      [7, 9, true],
    ]);
    expect([1, 3, 4, 8, 9].map((i) => ledger.stateOf(i * minute))).toEqual([
      'quiet',
      'complete',
      'quiet',
      'quiet',
      'unknown',
    ]);
    expect(open.all).toEqual([]);
    expect([ledger.revisionOf(3 * minute), ledger.revisionOf(4 * minute)]).toEqual([0, -1]);
    // Nothing is told twice.
    expect(close(9, 10)).toEqual([[9, 10, true]]);
  });

  it('tells the quiet minutes that were heard from those that may have been missed', () => {
    const { tick, close, ledger } = run();
    tick(4, 104);
    expect(close(1, 7, [2, 3, 4, 5])).toEqual([
      [1, 2, true],
      [2, 4, false],
      [4, 104, false],
      [5, 6, false],
      [6, 7, true],
    ]);
    expect([1, 2, 4, 5].map((i) => ledger.stateOf(i * minute))).toEqual([
      'quiet',
      'gap',
      'incomplete',
      'gap',
    ]);
  });

  it('closes open minutes of before, in their order, and leaves those that come after', () => {
    const { tick, close, open } = run();
    for (const i of [2, 1, 5]) tick(i, 100 + i);
    expect(close(4, 5, [1])).toEqual([
      [1, 101, false],
      [2, 102, true],
      [4, 5, true],
    ]);
    expect(open.all.map(({ openTime }) => openTime / minute)).toEqual([5]);
    expect(close(5, 5)).toEqual([]);
  });

  it('gives a candle its ticks’ times, its traded volume, and whether it comes in time to alert', () => {
    const given = (late: number) => {
      const { tick, raw, events, ledger } = run(4 * minute + late);
      tick(2, 100, 500);
      tick(3, 101, 530);
      raw(2 * minute, 4 * minute, () => true);
      return { last: events.at(-1), recent: ledger.recent(3 * minute) };
    };
    const edges = { firstTick: 3 * minute + 1000, lastTick: 3 * minute + 1000 };
    const { last, recent } = given(6_000);
    expect(last).toMatchObject({
      kind: 'candle',
      candle: { volume: 30, volumeKind: 'traded' },
      timely: true,
      edges,
    });
    expect(recent).toMatchObject({ candle: { close: 101 }, ...edges, late: 0 });
    expect(given(6_001).last).toMatchObject({ timely: false });
  });
});

describe('openMinutes', () => {
  it('keeps minutes in order, begins each once, and uses a dropped one again, empty', () => {
    const open = openMinutes();
    for (const i of [5, 3, 4, 5, 3]) addTick(open.at(i * minute), tickAt(i * minute, i).tick);
    expect(open.all.map(({ openTime, ticks }) => [openTime / minute, ticks])).toEqual([
      [3, 2],
      [4, 1],
      [5, 2],
    ]);
    const [oldest] = open.all;
    open.drop();
    expect(oldest).toMatchObject({ ticks: 2 });
    expect(open.at(6 * minute)).toBe(oldest);
    expect(oldest).toMatchObject({ openTime: 6 * minute, ticks: 0 });
    expect(open.all.map(({ openTime }) => openTime / minute)).toEqual([4, 5, 6]);
  });
});
