import { describe, expect, it } from 'vitest';
import type { RiskLimits } from '../../../operators/signals/gates/risk-gate.ts';
import { createSignalDesk } from '../../../operators/signals/signal-desk.ts';
import { closeOf, deskOptions, minute, tickAt } from './signal-samples.ts';

const off: RiskLimits = { maxPerDay: 0, maxPerHour: 0, minSpacingMs: 0, minReward: 0 };

/** A desk with these limits; `enter` gives the reason why a signal at a minute is withheld, or null where it is opened. */
function deskWith(limits: Partial<RiskLimits>) {
  const desk = createSignalDesk(deskOptions(() => 0, { risk: { ...off, ...limits } }));
  return {
    enter: (type: 'BUY' | 'SELL', at: number): string | null => {
      const steps = desk.accept(closeOf(type, at * minute));
      const withheld = steps.find((step) => step.kind === 'withheld');
      if (withheld === undefined && !desk.openIds.has('1min')) throw new Error(`nothing was opened at ${at}`);
      return withheld?.withheld.reason ?? null;
    },
    /** Ends what is open at its TP. */
    end: (at: number) => {
      desk.accept(tickAt(at * minute, 103.5));
      if (desk.openIds.size > 0) throw new Error(`the signal is still open at ${at}`);
    },
  };
}

describe('the limits of a symbol', () => {
  it('refuse the fourth signal within an hour where the day has no limit', () => {
    const { enter, end } = deskWith({ maxPerHour: 3 });
    for (const at of [1, 11, 21]) {
      expect(enter('BUY', at)).toBeNull();
      end(at + 5);
    }
    expect(enter('BUY', 31)).toBe('3 signals of BTCUSD within the last hour');
    end(35);
    expect(enter('BUY', 60)).toBe('3 signals of BTCUSD within the last hour');
    expect(enter('BUY', 61)).toBeNull();
  });

  it('refuse the second change of direction where neither hour nor day has a limit', () => {
    const { enter } = deskWith({});
    expect(enter('BUY', 1)).toBeNull();
    expect(enter('SELL', 2)).toBeNull();
    expect(enter('BUY', 3)).toBe('the direction has changed twice within 12 candles');
    // The first of them is then twelve candles old.
    expect(enter('BUY', 13)).toBeNull();
  });

  it('count as many signals as a day may have', () => {
    const { enter, end } = deskWith({ maxPerDay: 300 });
    for (let at = 1; at <= 300; at++) {
      expect(enter('BUY', at)).toBeNull();
      end(at + 0.5);
    }
    expect(enter('BUY', 301)).toBe('300 signals of BTCUSD within the last day');
  });
});

describe('the closes of a timeframe', () => {
  it('are remembered, sixty-four of them: an older one is no repetition, and stale', () => {
    const desk = createSignalDesk(deskOptions(() => 1_000 * minute));
    const post = (at: number) =>
      desk.accept(closeOf('WAIT', at * minute, { source: 'posted', quality: null }));
    for (let at = 1; at <= 65; at++) expect(post(at).at(-1)).toMatchObject({ kind: 'decided' });
    for (const [at, stale] of [
      [65, false],
      [2, false],
      [1, true],
    ] as const)
      expect(post(at)).toMatchObject([{ kind: 'repeated', close_time: at * minute, stale }]);
  });
});
