import * as fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createPostCandles } from '../../../app/ingest/post-candles.ts';
import { createPostedCloses } from '../../../app/ingest/posted-closes.ts';
import { Problem } from '../../../http/problem.ts';
import type { Analysis } from '../../../models/decision/analysis.ts';
import { analyse } from '../../../models/decision/analyse.ts';
import { seededRandom, standardNormal } from '../../../models/random.ts';
import { bursts } from '../../../operators/rx/bursts.ts';
import { UNTAUGHT } from '../../../operators/signals/outcomes/learning-book.ts';
import type { RestoredSignals, SignalInput } from '../../../operators/signals/signal-input.ts';
import { signalLifecycle } from '../../../operators/signals/signal-lifecycle.ts';
import type { Bar } from '../../../schema/candle.ts';
import type { SignalEvent } from '../../../schema/signal-event.ts';
import type { Decision, Signal } from '../../../schema/signal.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
import { deskOptions } from '../../operators/signals/signal-samples.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 5);
const [symbol, timeframe] = ['OUTSIDE', '1h'] as const;

/** Hours of a market that trends up, then down, so that both directions are called. */
const bars: readonly Bar[] = (() => {
  const random = seededRandom(7);
  let price = 100;
  return Array.from({ length: 330 }, (_, i) => {
    const open = price;
    price *= Math.exp(0.004 * standardNormal(random) + 0.003 * Math.sign(Math.sin(i / 15)));
    const spread = price * 0.001 * random();
    const [high, low] = [Math.max(open, price) + spread, Math.min(open, price) - spread];
    return { openTime: start + i * hour, open, high, low, close: price };
  });
})();
const closeOfBar = (index: number) => start + (index + 1) * hour;

const analyses = new Map<number, Analysis>();
const turns = seededRandom(11);
const analyser = {
  analyse: async (columns: Parameters<typeof analyse>[0], options: Parameters<typeof analyse>[1]) => {
    // One that began later may end earlier, as in a pool of threads.
    for (let left = Math.floor(9 * turns()); left > 0; left--) await Promise.resolve();
    const key = columns.time.at(-1)!;
    const known = analyses.get(key) ?? analyse(columns, options);
    analyses.set(key, known);
    return known;
  },
  options: {},
  learning: UNTAUGHT,
};

/** The way from a posted window to its answer, with what a store keeps of it. */
function openPipeline(first = 250) {
  const { clock, advance } = createFeedClock(closeOfBar(first));
  const events: SignalEvent[] = [];
  const signals = new Map<string, Signal>();
  const decisions = new Map<string, Decision>();
  const restored = (): RestoredSignals => ({
    signals: [...signals.values()],
    decisions: [...decisions.values()],
    withheld: [],
    ghosts: [],
    minutes: [],
  });
  const keep = (event: SignalEvent): void => {
    if (event.kind === 'opened') signals.set(event.signal.id, event.signal);
    else if (event.kind === 'decided') decisions.set(event.decision.timeframe, event.decision);
    else if (event.kind === 'resolved')
      signals.set(event.id, { ...signals.get(event.id)!, status: event.outcome.status });
    events.push(event);
  };
  const live = () => {
    const posted = createPostedCloses({ clock });
    const inputs = new Subject<SignalInput>();
    const { now: _, ...options } = deskOptions(() => clock.now(), { symbol, restored: restored() });
    const subscription = inputs.pipe(signalLifecycle({ ...options, clock }), bursts()).subscribe((burst) => {
      burst.forEach(keep);
      posted.committed(burst);
    });
    const post = createPostCandles({
      analyserOf: () => analyser,
      post: async (close) => inputs.next(close),
      posted,
      now: () => clock.now(),
    });
    return { post, end: () => subscription.unsubscribe() };
  };
  let life = live();
  return {
    events,
    now: () => clock.now(),
    advance: (ms: number) => advance(clock.now() + ms),
    /** Posts the 250 bars up to one; answers what was said, or the problem's code. */
    post: (last: number) => life.post({ symbol, timeframe, candles: bars.slice(last - 249, last + 1) }),
    restart: () => {
      life.end();
      life = live();
    },
  };
}

const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  throw error;
};

describe('posted candles', () => {
  it('of which the last is open are refused, and decide nothing', async () => {
    const { post, advance, now, events } = openPipeline(250);
    const problem = await post(251).catch(problemOf);
    expect(problem).toMatchObject({
      status: 409,
      code: 'not_closed',
      fields: { close_time: closeOfBar(251) },
    });
    expect(events).toEqual([]);
    advance(closeOfBar(251) - 5_001 - now());
    expect(await post(251).catch(problemOf)).toMatchObject({ code: 'not_closed' });
    advance(1);
    // A source's clock may be a little fast.
    expect(await post(251)).toMatchObject({ repeated: false, stale: false, close_time: closeOfBar(251) });
  });

  it('that close far ahead are refused as well', async () => {
    const { post, events } = openPipeline(250);
    for (const last of [252, 300, 329])
      expect(await post(last).catch(problemOf)).toMatchObject({ status: 409, code: 'not_closed' });
    expect(events).toEqual([]);
  });

  it('older than the last decided close change nothing and are told what was decided', async () => {
    const { post, events } = openPipeline(300);
    const { decision } = await post(300);
    const decided = events.length;
    for (const late of [299, 298, 252]) {
      expect(await post(late)).toMatchObject({
        close_time: closeOfBar(late),
        signal_changed: false,
        repeated: false,
        stale: true,
        signal_id: null,
        decision: { close_time: closeOfBar(300), signal_type: decision.signal_type },
      });
    }
    expect(await post(300)).toMatchObject({ repeated: true, stale: false, signal_changed: false });
    expect(events.slice(decided).every(({ kind }) => kind === 'repeated')).toBe(true);
  });

  it('give the decisions of the closes in order, whatever is sent again, late, early or at once', async () => {
    for (let last = 249; last < bars.length; last++) await openPipeline(last).post(last);
    const directions = new Set([...analyses.values()].map(({ direction }) => direction));
    expect(directions).toEqual(new Set(['BUY', 'SELL', 'WAIT']));

    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('send' as const), ahead: fc.integer({ min: -4, max: 2 }) }),
      },
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('hour' as const) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 90 }), async (steps) => {
        const tried = openPipeline(260);
        const ordered = openPipeline(260);
        let closed = 260;
        let [decided, restarts] = [-1, 0];
        const sent = new Set<number>();
        const checks: [Promise<unknown>, object][] = [];
        const answered = async () => {
          for (const [answer, expected] of checks.splice(0)) expect(await answer).toMatchObject(expected);
        };
        for (const one of steps) {
          if (one.kind === 'wait') await answered();
          else if (one.kind === 'restart') {
            await answered();
            tried.restart();
            restarts++;
          } else if (one.kind === 'hour') {
            await answered();
            if (closed === bars.length - 3) break;
            closed++;
            tried.advance(hour);
            ordered.advance(hour);
          } else {
            const index = closed + one.ahead;
            const answer = tried.post(index);
            if (index > closed) checks.push([answer.catch(problemOf), { code: 'not_closed' }]);
            else {
              const isNew = index > decided;
              const expected = {
                decision: { close_time: closeOfBar(Math.max(decided, index)) },
                // After a restart only the last close is known, and that the others are older.
                ...((isNew || restarts === 0 || index === decided) && {
                  repeated: !isNew && sent.has(index),
                  stale: !isNew && !sent.has(index),
                }),
                ...(!isNew && { signal_changed: false, signal_id: null }),
              };
              checks.push([answer, expected]);
              if (isNew) {
                sent.add(index);
                decided = index;
                checks.push([ordered.post(index), {}]);
              }
            }
          }
        }
        await answered();
        expect(essence(tried.events)).toEqual(essence(ordered.events));
      }),
      { numRuns: 150 },
    );
  });
});

/** What was issued, how it ended, and what was decided, in order. */
const essence = (events: readonly SignalEvent[]) =>
  events.flatMap((event): object[] => {
    if (event.kind === 'opened') {
      const { id, signal_type, entry, tp, sl, expires_at } = event.signal;
      return [{ id, signal_type, entry, tp, sl, expires_at }];
    }
    if (event.kind === 'resolved') return [{ id: event.id, ...event.outcome }];
    return event.kind === 'decided'
      ? [{ at: event.decision.close_time, type: event.decision.signal_type }]
      : [];
  });
