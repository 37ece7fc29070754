import { describe, expect, it } from 'vitest';
import type { AnalysedClose } from '../../../../operators/analysis/analysed-close.ts';
import { createGhostBook } from '../../../../operators/signals/outcomes/ghost-book.ts';
import { createSignalDesk } from '../../../../operators/signals/signal-desk.ts';
import { NOTHING_RESTORED, type RestoredSignals } from '../../../../operators/signals/signal-input.ts';
import type { SignalEvent } from '../../../../schema/signal-event.ts';
import type { Signal } from '../../../../schema/signal.ts';
import { candleAt, closeOf, deskOptions, minute, tickAt } from '../signal-samples.ts';

type Desk = ReturnType<typeof createSignalDesk>;
const send = (desk: Desk, ...inputs: Parameters<Desk['accept']>[0][]) =>
  inputs.flatMap((input) => desk.accept(input));
const levelsOf = (steps: readonly unknown[]) =>
  (steps as SignalEvent[]).flatMap((step) => (step.kind === 'levels_resolved' ? [step] : []));
const outcomeOf = (steps: readonly unknown[]) =>
  (steps as SignalEvent[]).find((step) => step.kind === 'resolved')?.outcome;

/** A BUY at 100 (TP 103, SL 98), reversed at 100.5 a few minutes later by a SELL whose levels are far away. */
const buy = closeOf('BUY', minute);
const sell = (closeTime = 5 * minute, change: Parameters<typeof closeOf>[2] = {}) =>
  closeOf('SELL', closeTime, { entry: 100.5, risk: 20, ...change });

/** A reversed signal as the store has it. */
function reversedSignal(close: AnalysedClose = buy, by = sell()): Signal {
  const desk = createSignalDesk(deskOptions(() => close.closeTime));
  const opened = send(desk, close).find((step) => step.kind === 'standing')!.standing.signal!;
  const outcome = outcomeOf(send(desk, by))!;
  return { ...opened, status: 'reversed', outcome };
}
const deskAfter = (now: number, restored: Partial<RestoredSignals>, change = {}) =>
  createSignalDesk(deskOptions(() => now, { restored: { ...NOTHING_RESTORED, ...restored }, ...change }));

describe('a reversed signal', () => {
  it('is followed on to its levels, which come to what they would have; its own result stays', () => {
    const desk = createSignalDesk(deskOptions(() => 0));
    const steps = send(desk, buy, sell());
    expect(outcomeOf(steps)).toMatchObject({ status: 'reversed', exit_price: 100.5 });
    expect(levelsOf(send(desk, tickAt(6 * minute, 102)))).toEqual([]);
    const events = send(desk, tickAt(7 * minute, 103.2));
    expect(events).toMatchObject([
      {
        kind: 'levels_resolved',
        forecast: { symbol: 'BTCUSD', timeframe: '1min', source: 'live', probability: 0.38 },
        outcome: { status: 'tp', exit_price: 103, resolved_at: 7 * minute },
      },
    ]);
    // It resolves once, and the signal that reversed it goes on.
    expect(send(desk, tickAt(8 * minute, 97), tickAt(9 * minute, 104))).toEqual([]);
    expect(desk.following).toBe(1);
  });

  it.each([
    ['sl', 97.9, 10],
    ['expired', 100, 30],
  ])('may come to %s', (status, price, at) => {
    const desk = createSignalDesk(deskOptions(() => 0));
    send(desk, buy, sell());
    expect(levelsOf(send(desk, tickAt(at * minute, price)))).toMatchObject([{ outcome: { status } }]);
  });

  it('ends at its horizon by the time alone where no price comes', () => {
    let now = 0;
    const desk = createSignalDesk(deskOptions(() => now));
    send(desk, buy, sell());
    now = 25 * minute + 600_000;
    expect(levelsOf(desk.expire())).toMatchObject([{ outcome: { status: 'expired' } }]);
  });

  it('with a gap in its prices waits for its minutes, also those before the reversal', () => {
    const desk = createSignalDesk(deskOptions(() => 0));
    send(desk, buy, { kind: 'interruption', from: 2 * minute, to: 4 * minute, reason: 'a test' });
    expect(outcomeOf(send(desk, sell()))).toMatchObject({ status: 'reversed' });
    const bars = [{ openTime: 3 * minute, open: 100, high: 103.5, low: 99, close: 100 }];
    expect(levelsOf(send(desk, { kind: 'minutes', from: 2 * minute, to: 4 * minute, bars }))).toMatchObject([
      { outcome: { status: 'tp', resolved_at: 4 * minute } },
    ]);
  });

  it('whose levels were reached in a gap was never reversed, and is not followed on', () => {
    const desk = createSignalDesk(deskOptions(() => 0));
    send(desk, buy, tickAt(2 * minute, 100));
    send(desk, { kind: 'interruption', from: 150_000, to: 4 * minute, reason: 'a test' });
    send(desk, tickAt(4 * minute, 104));
    expect(outcomeOf(send(desk, sell()))).toMatchObject({ status: 'tp' });
    expect(desk.following).toBe(1);
  });

  it('of posted candles is followed on the posted bars that come after it', () => {
    const posted = (type: 'BUY' | 'SELL' | 'WAIT', closeTime: number, last?: number) => {
      const close = closeOf(type, closeTime, {
        source: 'posted',
        quality: null,
        entry: 100,
        risk: type === 'SELL' ? 20 : 2,
      });
      const length = close.columns.time.length;
      const time = close.columns.time.map((_, i) => closeTime - (length - i) * minute);
      const calm = (value: number) =>
        close.columns.high.map((_, i) => (i === length - 1 ? (last ?? value) : value));
      return {
        ...close,
        columns: { ...close.columns, time, open: calm(100), high: calm(100), low: calm(100) },
      };
    };
    const desk = createSignalDesk(deskOptions(() => 1e9 * minute));
    send(desk, posted('BUY', 50 * minute), posted('SELL', 52 * minute));
    const events = levelsOf(send(desk, posted('WAIT', 54 * minute, 103)));
    expect(events).toMatchObject([
      { forecast: { source: 'posted' }, outcome: { status: 'tp', resolved_at: 54 * minute } },
    ]);
  });

  it('is followed on over a restart, on the minutes of the downtime and the ticks after it', () => {
    const ghost = reversedSignal();
    // Before its reversal it had met neither level, whatever a bar of another price holds.
    const minutes = [2, 5, 6].map((i) => candleAt(i * minute, 100, i === 2 ? { high: 104 } : {}));
    const fell = deskAfter(9 * minute, { ghosts: [ghost], minutes: [...minutes, candleAt(7 * minute, 97)] });
    expect(levelsOf(fell.start())).toMatchObject([
      { forecast: { id: ghost.id }, outcome: { status: 'sl', resolved_at: 8 * minute } },
    ]);
    const live = deskAfter(8 * minute, { ghosts: [ghost], minutes: [...minutes, candleAt(7 * minute, 100)] });
    expect(live.start()).toEqual([]);
    expect(levelsOf(live.accept(tickAt(9 * minute, 103)))).toMatchObject([{ outcome: { status: 'tp' } }]);
    expect(live.openIds.size).toBe(0);
  });

  it('has the excursions of its whole life over a restart', () => {
    const ghost = reversedSignal();
    const minutes = [
      candleAt(2 * minute, 100, { high: 102.5, low: 99 }),
      ...[3, 4, 5, 6].map((i) => candleAt(i * minute, 100, { high: 101, low: 99.5 })),
    ];
    const desk = deskAfter(7 * minute, { ghosts: [ghost], minutes });
    expect(desk.start()).toEqual([]);
    const [end] = levelsOf(desk.accept(tickAt(9 * minute, 97)));
    expect(end).toMatchObject({ outcome: { status: 'sl', mfe: 1.25, mae: 1.5 } });
  });

  it('is followed on longer candles where the minutes of the downtime never come', () => {
    const five = closeOf('BUY', 5 * minute, { timeframe: '5min' });
    const ghost = reversedSignal(five, sell(10 * minute, { timeframe: '5min' }));
    const candles = [5, 10, 15].map((i) =>
      candleAt(i * minute, 100, { timeframe: '5min', low: i === 15 ? 97 : 99 }),
    );
    const desk = deskAfter(100 * minute, { ghosts: [ghost] }, { candlesOf: () => candles });
    desk.accept(tickAt(100 * minute, 104));
    expect(levelsOf(desk.accept(tickAt(110 * minute, 104)))).toMatchObject([
      { outcome: { status: 'sl', resolved_at: 20 * minute } },
    ]);
  });

  it('dies with prices that cannot be compared any more', () => {
    const ghost = reversedSignal();
    const book = createGhostBook(
      [ghost],
      () => 0,
      0,
      () => [],
      (before, after) => before / after > 5,
    );
    book.tick(tickAt(6 * minute, 100).tick);
    book.tick(tickAt(7 * minute, 10).tick);
    expect(book.tick(tickAt(7 * minute + 3_000, 10).tick)).toMatchObject([
      { kind: 'levels_resolved', forecast: { id: ghost.id }, outcome: { status: 'void', r: null } },
    ]);
    expect(book.size).toBe(0);
  });
});
