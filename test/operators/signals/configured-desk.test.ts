import { describe, expect, it } from 'vitest';
import { createConfiguredDesk } from '../../../operators/signals/configured-desk.ts';
import type { DeskStep } from '../../../operators/signals/signal-desk.ts';
import { NOTHING_RESTORED } from '../../../operators/signals/signal-input.ts';
import { createVisitorDesk } from '../../../operators/signals/visitor-desk.ts';
import { closeOf, deskOptions, minute, tickAt } from './signal-samples.ts';

const now = 100 * minute;
const openedBy = (steps: readonly DeskStep[]) =>
  steps.flatMap((step) => (step.kind === 'standing' && step.standing.signal) || []);
const ends = (steps: readonly DeskStep[]) =>
  steps.flatMap((step) => (step.kind === 'resolved' ? step.outcome.status : []));
/** The minutes of the restart, in which nothing happened, and two prices of which the second is at TP. */
const toTp = [
  { kind: 'minutes', from: 0, to: now, bars: [] },
  tickAt(now, 100),
  tickAt(now + 1, 104),
] as const;
/** What is stored of a symbol after a desk has issued its first signal. */
const storedBy = (create: typeof createVisitorDesk) => {
  const [signal] = openedBy(
    create(deskOptions(() => now)).accept(closeOf('BUY', now - 2 * minute, { entry: 100 })),
  );
  return { ...NOTHING_RESTORED, signals: [signal!], decisions: [signal!] };
};

describe('a symbol that visitors had signals of, and that is then configured', () => {
  const restored = storedBy(createVisitorDesk);

  it('ends theirs at the start, and gives followers the next entry in its direction', () => {
    const desk = createConfiguredDesk(deskOptions(() => now, { restored }));
    expect([...desk.openIds.values()]).toEqual([restored.signals[0]!.id]);
    expect(ends(desk.start())).toEqual(['reversed']);
    expect(desk.openIds.size).toBe(0);
    expect(openedBy(desk.accept(closeOf('BUY', now - minute)))).toMatchObject([{ signal_type: 'BUY' }]);
  });

  it('counts theirs against no limit', () => {
    const risk = { maxPerDay: 1, maxPerHour: 1, minSpacingMs: 60 * minute, minReward: 0 };
    const desk = createConfiguredDesk(deskOptions(() => now, { restored, risk }));
    desk.start();
    expect(openedBy(desk.accept(closeOf('SELL', now - minute)))).toMatchObject([{ signal_type: 'SELL' }]);
  });

  it('follows theirs on to their levels, for statistics', () => {
    const desk = createConfiguredDesk(deskOptions(() => now, { restored }));
    desk.start();
    const steps = toTp.flatMap((input) => desk.accept(input));
    expect(steps.map(({ kind }) => kind)).toEqual(['levels_resolved']);
    expect(desk.following).toBe(0);
  });

  it('keeps what followers got over a restart', () => {
    const own = storedBy(createConfiguredDesk);
    const desk = createConfiguredDesk(deskOptions(() => now, { restored: own }));
    expect(ends(desk.start())).toEqual([]);
    expect(ends(desk.accept(closeOf('BUY', now - minute)))).toEqual([]);
    expect([...desk.openIds.values()]).toEqual([own.signals[0]!.id]);
  });

  it('says in words how a signal has ended', () => {
    const desk = createConfiguredDesk(deskOptions(() => now, { restored: storedBy(createConfiguredDesk) }));
    desk.start();
    const said = toTp
      .flatMap((input) => desk.accept(input))
      .flatMap((step) => (step.kind === 'standing' ? step.standing.decision.reasoning : []));
    expect(said).toEqual([expect.stringMatching(/^The BUY at 100 has ended at its take profit\./)]);
  });
});

describe('a symbol that is configured no longer, and that visitors have analysed', () => {
  it('lets the signal of followers run to its own end, and decides again after it', () => {
    const restored = storedBy(createConfiguredDesk);
    const desk = createVisitorDesk(deskOptions(() => now, { restored }));
    desk.start();
    expect(desk.accept(closeOf('SELL', now - minute))).toEqual([]);
    expect(ends(toTp.flatMap((input) => desk.accept(input)))).toEqual(['tp']);
    expect(openedBy(desk.accept(closeOf('SELL', now + minute, { entry: 104 })))).toMatchObject([
      { signal_type: 'SELL' },
    ]);
  });
});
