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
