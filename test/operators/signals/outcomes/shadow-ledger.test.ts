import { describe, expect, it } from 'vitest';
import { createSignalDesk } from '../../../../operators/signals/signal-desk.ts';
import { NOTHING_RESTORED } from '../../../../operators/signals/signal-input.ts';
import type { CalendarState } from '../../../../schema/calendar.ts';
import type { SignalEvent } from '../../../../schema/signal-event.ts';
import { closeOf, deskOptions, minute, tickAt } from '../signal-samples.ts';

const blackout: CalendarState = {
  state: 'fresh',
  events: [{ title: 'CPI', country: 'USD', time: 10 * minute, impact: 'High' }],
};
const eventsOf = (
  desk: ReturnType<typeof createSignalDesk>,
  ...inputs: Parameters<typeof desk.accept>[0][]
) =>
  inputs
    .flatMap((input) => desk.accept(input))
    .filter((step): step is SignalEvent => step.kind !== 'standing');

describe('the shadow ledger', () => {
  it('follows what a gate withheld to its end, once per idea, without opening anything', () => {
    const desk = createSignalDesk(deskOptions(() => 0, { calendar: () => blackout }));
    const events = eventsOf(
      desk,
      closeOf('BUY', minute),
      closeOf('BUY', 2 * minute),
      closeOf('SELL', 3 * minute),
      tickAt(4 * minute, 103.5),
    );
    expect(events.map(({ kind }) => kind)).toEqual([
      'decided',
      'withheld',
      'decided',
      'decided',
      'withheld',
      'withheld_resolved',
      'withheld_resolved',
    ]);
    const first = events.find((event) => event.kind === 'withheld');
    expect(first?.withheld).toMatchObject({ gate: 'news', signal_type: 'BUY', entry: 100, tp: 103, sl: 98 });
    expect(first?.withheld.reason).toMatch(/CPI/);
    const ends = events.filter((event) => event.kind === 'withheld_resolved');
    expect(ends.map(({ gate, outcome }) => [gate, outcome.status])).toEqual([
      ['news', 'tp'],
      ['news', 'sl'],
    ]);
    expect(desk.following).toBe(0);
  });

  it.each(['BUY', 'SELL'] as const)(
    'gives a withheld %s the R, MFE and MAE of the same one issued',
    (type) => {
      const side = type === 'BUY' ? 1 : -1;
      const at = (time: number, gain: number) => tickAt(time, 100 + gain * side);
      const quoted = (time: number, gain: number) =>
        tickAt(time, 100 + gain * side, { bid: 99.95 + gain * side, ask: 100.05 + gain * side });
      const bars = [{ openTime: 2 * minute, open: 100, high: 100.8, low: 99.4, close: 100 }];
      for (const inputs of [
        [at(90_000, 1), at(100_000, -1.5), at(110_000, 3.5)],
        [at(90_000, 2.5), at(100_000, -2.3)],
        [quoted(90_000, 1), quoted(100_000, -0.5), quoted(110_000, 4)],
        [at(90_000, 0.5), at(26 * minute, 0)],
        [
          { kind: 'interruption', from: 2 * minute, to: 3 * minute, reason: 'test' } as const,
          { kind: 'minutes', from: minute, to: 3 * minute, bars } as const,
          at(4 * minute, -2.1),
        ],
      ]) {
        const [issued, withheld] = (['fresh', 'blackout'] as const).map((state) => {
          const calendar = (): CalendarState => (state === 'fresh' ? { state, events: [] } : blackout);
          const events = eventsOf(
            createSignalDesk(deskOptions(() => 0, { calendar })),
            closeOf(type, minute),
            ...inputs,
          );
          const end = events.find(({ kind }) => kind === 'resolved' || kind === 'withheld_resolved');
          return end !== undefined && 'outcome' in end ? end.outcome : undefined;
        });
        expect(issued?.r).toEqual(expect.any(Number));
        expect(withheld).toEqual(issued);
      }
    },
  );

  it('states the result of a withheld trade in R, after its cost', () => {
    const desk = createSignalDesk(deskOptions(() => 0, { calendar: () => blackout }));
    const ends = eventsOf(
      desk,
      closeOf('BUY', minute),
      closeOf('SELL', minute + 1, { cost: 0.2 }),
      tickAt(2 * minute, 99),
      tickAt(3 * minute, 101),
      tickAt(4 * minute, 103.5),
    ).flatMap((event) => (event.kind === 'withheld_resolved' ? [event.outcome] : []));
    // One R is 2; the BUY costs 0.02, the SELL 0.2.
    expect(ends).toMatchObject(
      [
        { status: 'sl', exit_price: 103.5, mfe: 0.5, mae: 1.75 },
        { status: 'tp', exit_price: 103, mfe: 1.5, mae: 0.5 },
      ].toReversed(),
    );
    expect(ends.map(({ r }) => r)).toEqual([expect.closeTo(1.49), expect.closeTo(-1.85)]);
  });

  it('does not count the direction of an open signal, nor a late close', () => {
    let calendar: CalendarState = { state: 'fresh', events: [] };
    const desk = createSignalDesk(deskOptions(() => 0, { calendar: () => calendar }));
    desk.accept(closeOf('BUY', minute));
    calendar = blackout;
    const events = eventsOf(desk, closeOf('BUY', 2 * minute), closeOf('SELL', 3 * minute, { timely: false }));
    expect(events.map(({ kind }) => kind)).toEqual(['decided', 'decided']);
  });

  it('goes on after a restart, on the minutes of the downtime', () => {
    const before = createSignalDesk(deskOptions(() => minute, { calendar: () => blackout }));
    const [withheld] = eventsOf(before, closeOf('BUY', minute)).flatMap((event) =>
      event.kind === 'withheld' ? [event.withheld] : [],
    );
    const restored = { ...NOTHING_RESTORED, withheld: [withheld!] };
    const desk = createSignalDesk(deskOptions(() => 5 * minute, { restored }));
    const bar = { openTime: 2 * minute, open: 100, high: 104, low: 99, close: 100 };
    const events = eventsOf(desk, { kind: 'minutes', from: minute, to: 5 * minute, bars: [bar] });
    expect(events).toMatchObject([
      { kind: 'withheld_resolved', id: withheld!.id, outcome: { status: 'tp' } },
    ]);
  });
});
