import { describe, expect, it } from 'vitest';
import { createAssignedDesks } from '../../../operators/signals/assigned-desks.ts';
import type { DeskStep } from '../../../operators/signals/signal-desk.ts';
import { signalId } from '../../../operators/signals/signal-id.ts';
import { NOTHING_RESTORED } from '../../../operators/signals/signal-input.ts';
import { type Assignment, ownerOf } from '../../../schema/strategies/assignment.ts';
import type { Decision, Signal } from '../../../schema/signal.ts';
import { anAssignment, ownerOfIt } from '../../support/assignments.ts';
import { closeOf, deskOptions, minute, tickAt } from './signal-samples.ts';

const now = 100 * minute;
const telegram = { channels: ['telegram'] } as const;

/** A close as one of the assignments has decided it. */
const by = (assignment: Assignment, ...[type, closeTime, change]: Parameters<typeof closeOf>) => {
  const close = closeOf(type, closeTime, change);
  return { ...close, decision: { ...close.decision, ...ownerOfIt(assignment) } };
};
const standings = (steps: readonly DeskStep[]) =>
  steps.flatMap((step) => (step.kind === 'standing' ? step.standing : []));
const issued = (steps: readonly DeskStep[]): Signal => standings(steps)[0]!.signal!;
const decided = (steps: readonly DeskStep[]): Decision =>
  steps.flatMap((step) => (step.kind === 'decided' ? step.decision : []))[0]!;
const ends = (steps: readonly DeskStep[]) =>
  steps.flatMap((step) => (step.kind === 'resolved' ? [[step.assignment, step.outcome.status]] : []));

describe('two assignments of one symbol and timeframe', () => {
  const regime = anAssignment('regime');
  const wide = anAssignment('wide', { mode: 'shadow' });
  const open = (change: Parameters<typeof deskOptions>[1] = {}, assignments = [regime, wide]) =>
    createAssignedDesks({ ...deskOptions(() => now, change), assignments });

  it('have signals of their own: one reverses while the other stays open', () => {
    const desks = open();
    const first = issued(desks.accept(by(regime, 'BUY', now - 3 * minute)));
    const second = issued(desks.accept(by(wide, 'BUY', now - 3 * minute)));
    expect([...desks.openIds]).toEqual([
      ['1min', first.id],
      ['1min wide', second.id],
    ]);
    expect(ends(desks.accept(by(wide, 'SELL', now - 2 * minute)))).toEqual([['wide', 'reversed']]);
    expect(desks.openIds.get('1min')).toBe(first.id);
    expect(desks.openIds.get('1min wide')).not.toBe(second.id);
  });

  it('give a close ids of their own; the default one has that of before assignments', () => {
    const desks = open();
    const of = (assignment: Assignment) => issued(desks.accept(by(assignment, 'BUY', now - minute))).id;
    const [first, second] = [of(regime), of(wide)];
    expect(first).toBe(signalId('BTCUSD', '1min', now - minute));
    expect(second).toBe(signalId('BTCUSD', '1min', now - minute, 'wide'));
    expect(second).not.toBe(first);
  });

  it('decide the same close each once', () => {
    const desks = open();
    for (const one of [regime, wide]) desks.accept(by(one, 'WAIT', now - minute));
    const again = [regime, wide].flatMap((one) => desks.accept(by(one, 'BUY', now - minute)));
    expect(again).toMatchObject([{ kind: 'repeated' }, { kind: 'repeated', assignment: 'wide' }]);
    expect(again[0]).not.toHaveProperty('assignment');
  });

  it('count their entries apart', () => {
    const risk = { maxPerDay: 1, maxPerHour: 0, minSpacingMs: 0, minReward: 0 };
    const desks = open({ risk });
    issued(desks.accept(by(wide, 'BUY', now - 3 * minute)));
    expect(decided(desks.accept(by(wide, 'SELL', now - 2 * minute))).signal_type).toBe('WAIT');
    expect(decided(desks.accept(by(regime, 'SELL', now - 2 * minute))).signal_type).toBe('SELL');
  });

  it('end on the same prices, each by its own levels', () => {
    const desks = open();
    desks.accept(by(regime, 'BUY', now, { risk: 2 }));
    desks.accept(by(wide, 'BUY', now, { risk: 20 }));
    expect(ends(desks.accept(tickAt(now, 103.5)))).toEqual([['regime', 'tp']]);
    expect([...desks.openIds.keys()]).toEqual(['1min wide']);
    expect(desks.following).toBe(1);
  });

  it('withhold under their own name', () => {
    const risk = { maxPerDay: 0, maxPerHour: 0, minSpacingMs: 0, minReward: 9 };
    const steps = open({ risk }).accept(by(wide, 'BUY', now - minute));
    expect(steps.at(-1)).toMatchObject({
      kind: 'withheld',
      withheld: { assignment: 'wide', mode: 'shadow', id: signalId('BTCUSD', '1min', now - minute, 'wide') },
    });
  });

  it('find their own again after a restart, and what is assigned no more is followed to its end', () => {
    const before = open();
    const signals = [regime, wide].map((one) => issued(before.accept(by(one, 'BUY', now - minute))));
    const restored = { ...NOTHING_RESTORED, signals, decisions: signals };
    const after = open({ restored }, [regime]);
    expect(after.start()).toEqual([]);
    expect([...after.openIds.values()].toSorted()).toEqual(signals.map(({ id }) => id).toSorted());
    expect(decided(after.accept(by(regime, 'BUY', now)))).toMatchObject({ assignment: 'regime' });
    after.accept({ kind: 'minutes', from: 0, to: now, bars: [] });
    const over = after.accept(tickAt(now, 110));
    expect(ends(over).map(([, status]) => status)).toEqual(['tp', 'tp']);
    // Whoever was told of it is told of its end, in the mode it had.
    expect(standings(over).map(({ decision }) => ownerOf(decision))).toEqual([
      { strategy: 'regime', assignment: 'regime', mode: 'live' },
      { strategy: 'regime', assignment: 'wide', mode: 'shadow' },
    ]);
  });

  it('of which one is live no more: what was issued live ends live', () => {
    const desk = open({}, [regime]);
    const signal = issued(desk.accept(by(regime, 'BUY', now - 2 * minute)));
    const shadow = { ...regime, mode: 'shadow' } as const;
    const after = open({ restored: { ...NOTHING_RESTORED, signals: [signal], decisions: [signal] } }, [
      shadow,
    ]);
    after.accept({ kind: 'minutes', from: 0, to: now, bars: [] });
    after.accept(by(shadow, 'WAIT', now - minute));
    expect(standings(after.accept(tickAt(now, 110)))[0]!.decision.mode).toBe('live');
  });
});

describe('one idea a symbol and timeframe on a channel', () => {
  const first = anAssignment('first', telegram);
  const second = anAssignment('second', { channels: ['telegram', 'community'] });
  const third = anAssignment('third', telegram);
  const open = (change: Parameters<typeof deskOptions>[1] = {}, assignments = [first, second, third]) =>
    createAssignedDesks({ ...deskOptions(() => now, change), assignments });
  const channels = (steps: readonly DeskStep[]) => standings(steps)[0]!.channels;

  it('posts an entry where nobody else has one open, and says where not', () => {
    const desks = open();
    expect(channels(desks.accept(by(first, 'SELL', now - 2 * minute)))).toEqual(['telegram']);
    const steps = desks.accept(by(second, 'BUY', now - 2 * minute));
    expect(channels(steps)).toEqual(['community']);
    expect(decided(steps).gates.at(-1)).toEqual({
      gate: 'channel',
      passed: true,
      reason: 'posted to community alone: first has a SELL open on telegram',
    });
  });

  it.each(['BUY', 'SELL'] as const)('refuses by name a %s that has no channel left', (type) => {
    const desks = open();
    desks.accept(by(first, 'SELL', now - 2 * minute));
    const steps = desks.accept(by(third, type, now - 2 * minute));
    expect(decided(steps)).toMatchObject({ signal_type: 'WAIT', assignment: 'third' });
    expect(decided(steps).reasoning).toContain(`${type} withheld: first has a SELL open on telegram.`);
    expect(steps.at(-1)).toMatchObject({
      kind: 'withheld',
      withheld: { gate: 'channel', assignment: 'third' },
    });
  });

  it('lets it open once the other has ended', () => {
    const desks = open();
    desks.accept(by(first, 'SELL', now));
    desks.accept(by(third, 'BUY', now));
    expect(ends(desks.accept(tickAt(now + minute, 90)))).toContainEqual(['first', 'tp']);
    expect(channels(desks.accept(by(third, 'BUY', now + 2 * minute)))).toEqual(['telegram']);
  });

  it('keeps nobody from reversing their own, from another timeframe, or from sharing where they may', () => {
    const shares = anAssignment('shares', { ...telegram, sharesChannels: true });
    const desks = open({}, [first, third, shares]);
    desks.accept(by(first, 'SELL', now - 3 * minute));
    expect(channels(desks.accept(by(third, 'BUY', now - 5 * minute, { timeframe: '5min' })))).toEqual([
      'telegram',
    ]);
    expect(channels(desks.accept(by(shares, 'BUY', now - 2 * minute)))).toEqual(['telegram']);
    expect(ends(desks.accept(by(first, 'BUY', now - minute)))).toEqual([]);
    const other = open({}, [first, third]);
    other.accept(by(first, 'SELL', now - 3 * minute));
    expect(channels(other.accept(by(first, 'BUY', now - minute)))).toEqual(['telegram']);
  });

  it.each([
    ['delivered', 'WAIT'],
    ['queued', 'WAIT'],
    ['parked', 'WAIT'],
    ['failed', 'BUY'],
    ['superseded', 'BUY'],
  ] as const)('after a restart goes by what became of the post: %s', (state, type) => {
    const signal = issued(open().accept(by(first, 'SELL', now - 2 * minute)));
    const deliveries = [
      { channel: 'telegram', state, attempts: 1, last_answer: null, remote_id: null, updated_at: 1 },
    ];
    const signals = [{ ...signal, deliveries }];
    // What is assigned no more has followers still.
    for (const assignments of [[first, third], [third]]) {
      const desks = open({ restored: { ...NOTHING_RESTORED, signals } }, assignments);
      expect(decided(desks.accept(by(third, 'BUY', now))).signal_type).toBe(type);
    }
  });

  it('keeps no shadow and nobody on paper from anything, nor they others', () => {
    const shadow = anAssignment('shadow', { mode: 'shadow' });
    const desks = open({}, [first, shadow]);
    expect(channels(desks.accept(by(shadow, 'BUY', now - minute)))).toEqual([]);
    expect(channels(desks.accept(by(first, 'SELL', now - minute)))).toEqual(['telegram']);
    expect(decided(desks.accept(by(shadow, 'SELL', now))).signal_type).toBe('SELL');
  });
});
