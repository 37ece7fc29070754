import { describe, expect, it } from 'vitest';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import type { DeskStep } from '../../../operators/signals/signal-desk.ts';
import { NOTHING_RESTORED } from '../../../operators/signals/signal-input.ts';
import { createVisitorDesk } from '../../../operators/signals/visitor-desk.ts';
import { candleAt, closeOf, deskOptions, minute, tickAt } from './signal-samples.ts';

const now = 100 * minute;
const postedClose = (type: 'BUY' | 'SELL', closeTime: number) => {
  const close = closeOf(type, closeTime);
  const lineage = { ...close.decision.lineage, source: 'posted' };
  return {
    ...close,
    source: 'posted' as const,
    columns: candleColumnsOf([candleAt(closeTime - minute, 100)]),
    decision: { ...close.decision, lineage },
  };
};
const openedBy = (steps: readonly DeskStep[]) =>
  steps.flatMap((step) => (step.kind === 'standing' && step.standing.signal) || []);
const ends = (steps: readonly DeskStep[]) =>
  steps.flatMap((step) => (step.kind === 'resolved' ? step.outcome.status : []));

describe('a symbol that visitors have analysed and the operator then posts', () => {
  it('gives followers the posted entry although a live one in its direction is open', () => {
    const desk = createVisitorDesk(deskOptions(() => now));
    expect(openedBy(desk.accept(closeOf('BUY', now - 2 * minute)))).toHaveLength(1);
    const steps = desk.accept(postedClose('BUY', now - minute));
    expect(ends(steps)).toEqual(['reversed']);
    expect(openedBy(steps)).toMatchObject([{ lineage: { source: 'posted' } }]);
  });

  it('does not count what visitors got against the operator', () => {
    const risk = { maxPerDay: 1, maxPerHour: 1, minSpacingMs: 60 * minute, minReward: 0 };
    const desk = createVisitorDesk(deskOptions(() => now, { risk }));
    expect(openedBy(desk.accept(closeOf('BUY', now - 2 * minute)))).toHaveLength(1);
    expect(openedBy(desk.accept(postedClose('SELL', now - minute)))).toMatchObject([{ signal_type: 'SELL' }]);
  });

  it('decides no live close any more, after a restart neither', () => {
    const desk = createVisitorDesk(deskOptions(() => now));
    const [signal] = openedBy(desk.accept(postedClose('BUY', now - 2 * minute)));
    expect(desk.accept(closeOf('SELL', now - minute))).toEqual([]);
    const restored = { ...NOTHING_RESTORED, signals: [signal!], decisions: [signal!] };
    const again = createVisitorDesk(deskOptions(() => now, { restored }));
    expect(again.accept(closeOf('SELL', now))).toEqual([]);
    expect([...again.openIds.keys()]).toEqual(['1min']);
  });

  it('follows what visitors got on the live feed until then', () => {
    const desk = createVisitorDesk(deskOptions(() => now));
    desk.accept(closeOf('BUY', now));
    expect(ends([100, 104].flatMap((price) => desk.accept(tickAt(now, price))))).toEqual(['tp']);
  });

  it('ends by the time alone what is past it, of either source, and counts what both follow', () => {
    const reach = 100 * minute;
    let at = now;
    const desk = createVisitorDesk(deskOptions(() => at));
    desk.accept(closeOf('BUY', now));
    expect([desk.following, [...desk.openIds.keys()]]).toEqual([1, ['1min']]);
    at += reach;
    expect(ends(desk.expire())).toEqual(['expired']);
    expect(desk.following).toBe(0);

    at = now;
    const posted = createVisitorDesk(deskOptions(() => at));
    posted.accept(closeOf('BUY', now));
    posted.accept(postedClose('SELL', now + minute));
    // The visitors' one is followed on as reversed.
    expect(posted.following).toBe(2);
    at += reach;
    expect(ends(posted.expire())).toEqual(['expired']);
    expect(posted.following).toBe(0);
  });

  it('ends all at once, of either source', () => {
    const desk = createVisitorDesk(deskOptions(() => now));
    desk.accept(closeOf('BUY', now - minute));
    expect(ends(desk.endAll())).toEqual(['reversed']);
    const posted = createVisitorDesk(deskOptions(() => now));
    posted.accept(postedClose('SELL', now - minute));
    expect(ends(posted.endAll())).toEqual(['reversed']);
    expect([...posted.openIds]).toEqual([]);
  });
});
