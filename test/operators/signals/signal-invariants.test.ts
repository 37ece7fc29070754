import * as fc from 'fast-check';
import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { RestoredSignals, SignalInput } from '../../../operators/signals/signal-input.ts';
import { signalLifecycle } from '../../../operators/signals/signal-lifecycle.ts';
import type { SignalEvent, Withheld } from '../../../schema/signal-event.ts';
import type { Decision, Signal } from '../../../schema/signal.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { closeOf, deskOptions, minute, tickAt } from './signal-samples.ts';

/** What a store keeps of the events, and gives back after a crash. */
function memoryStore() {
  const signals = new Map<string, Signal>();
  const decisions = new Map<string, Decision>();
  const withheld = new Map<string, Withheld>();
  const ghosts = new Set<string>();
  return {
    signals,
    take(event: SignalEvent): void {
      if (event.kind === 'opened') {
        expect(signals.has(event.signal.id)).toBe(false);
        signals.set(event.signal.id, event.signal);
      } else if (event.kind === 'resolved') {
        const signal = signals.get(event.id)!;
        expect(signal.status).toBe('open');
        signals.set(event.id, { ...signal, status: event.outcome.status, outcome: event.outcome });
        if (event.outcome.status === 'reversed') ghosts.add(event.id);
      } else if (event.kind === 'levels_resolved') {
        // Once, of a reversed signal alone, and never as reversed again.
        expect(ghosts.delete(event.forecast.id)).toBe(true);
        expect(['tp', 'sl', 'expired']).toContain(event.outcome.status);
      } else if (event.kind === 'decided') decisions.set(event.decision.timeframe, event.decision);
      else if (event.kind === 'withheld') withheld.set(event.withheld.id, event.withheld);
      else if (event.kind === 'withheld_resolved') expect(withheld.delete(event.id)).toBe(true);
    },
    restored: (): RestoredSignals => ({
      signals: [...signals.values()],
      ghosts: [...ghosts].map((id) => signals.get(id)!),
      decisions: [...decisions.values()],
      withheld: [...withheld.values()],
      minutes: [],
    }),
  };
}

const timeframe = fc.constantFrom<Timeframe>('1min', '5min');
const anInput = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('close' as const),
      type: fc.constantFrom('BUY' as const, 'SELL' as const, 'WAIT' as const),
      timeframe,
      timely: fc.boolean(),
      posted: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('tick' as const),
      price: fc.double({ min: 96, max: 104, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('gap' as const), filled: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('replay' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

describe('signals, whatever happens', () => {
  it('are one per symbol and timeframe at a time, opened once and ended once, across restarts and replays', () => {
    fc.assert(
      fc.property(fc.array(anInput, { maxLength: 60 }), fc.boolean(), (steps, limited) => {
        const clock = new TestScheduler(() => {});
        const store = memoryStore();
        const open = new Map<Timeframe, string>();
        const closes: SignalInput[] = [];
        const start = (restored: RestoredSignals) => {
          const source = new Subject<SignalInput>();
          const { now: _, ...options } = deskOptions(() => clock.now(), {
            restored,
            ...(limited && { risk: { maxPerDay: 9, maxPerHour: 4, minSpacingMs: 2 * minute, minReward: 1 } }),
          });
          const subscription = source.pipe(signalLifecycle({ ...options, clock })).subscribe((event) => {
            if (event.kind === 'opened') {
              expect(open.has(event.signal.timeframe)).toBe(false);
              open.set(event.signal.timeframe, event.signal.id);
            }
            if (event.kind === 'resolved') {
              expect(open.get(event.timeframe)).toBe(event.id);
              open.delete(event.timeframe);
            }
            store.take(event);
          });
          return { source, subscription };
        };
        let life = start(store.restored());
        let now = minute;
        for (const step of steps) {
          now += 30_000;
          if (step.kind === 'restart') {
            life.subscription.unsubscribe();
            life = start(store.restored());
          } else if (step.kind === 'replay') for (const close of closes) life.source.next(close);
          else if (step.kind === 'tick') life.source.next(tickAt(now, step.price));
          else if (step.kind === 'gap') {
            life.source.next({ kind: 'interruption', from: now - 40_000, to: now, reason: 'a test' });
            if (step.filled) life.source.next({ kind: 'minutes', from: now - minute, to: now, bars: [] });
          } else {
            const closeTime = Math.ceil(now / minute) * minute;
            const { timely, posted } = step;
            const source = posted ? 'posted' : 'live';
            const close = closeOf(step.type, closeTime, { timeframe: step.timeframe, timely, source });
            closes.push(close);
            life.source.next(close);
          }
        }
        for (const [frame, id] of open)
          expect(store.signals.get(id)).toMatchObject({ status: 'open', timeframe: frame });
      }),
      { numRuns: 300 },
    );
  });

  it('are the same for a prefix of the inputs: nothing looks ahead', () => {
    const close = fc.constantFrom('BUY' as const, 'SELL' as const, 'WAIT' as const);
    const price = fc.double({ min: 96, max: 104, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.oneof(close, price), { maxLength: 40 }), fc.nat(40), (steps, cut) => {
        const inputs = steps.map((step, i): SignalInput =>
          typeof step === 'number' ? tickAt((i + 1) * minute, step) : closeOf(step, (i + 1) * minute),
        );
        const run = (some: readonly SignalInput[]): string[] => {
          const clock = new TestScheduler(() => {});
          const { now: _, ...options } = deskOptions(() => 0);
          const source = new Subject<SignalInput>();
          const events: string[] = [];
          source
            .pipe(signalLifecycle({ ...options, clock }))
            .subscribe((event) => events.push(JSON.stringify(event)));
          for (const input of some) source.next(input);
          return events;
        };
        const whole = run(inputs);
        const prefix = run(inputs.slice(0, cut));
        expect(whole.slice(0, prefix.length)).toEqual(prefix);
      }),
      { numRuns: 100 },
    );
  });
});
