import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enqueueTracker } from '../../../sinks/posts/enqueue-tracker.ts';
import { outboxSweep, type OutboxSweepOptions } from '../../../sinks/posts/outbox-sweep.ts';
import type { DuePost } from '../../../store/posts/outbox-table.ts';
import { quiet } from '../../support/services/database.ts';
import { aSignal } from '../../support/signals.ts';

const [now, timeOfDay] = [1_000_000, 2_000_000];
const duePost = (id: string, over: Partial<DuePost> = {}): DuePost => ({
  id,
  kind: 'opening',
  channel: 'c',
  signal: aSignal(),
  nextAttemptAt: null,
  ...over,
});

describe('outboxSweep', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = (over: Partial<OutboxSweepOptions> = {}) => {
    const said: string[] = [];
    const state = {
      due: [] as DuePost[],
      jobs: new Map<string, string>(),
      delayed: [] as string[],
      problem: undefined as string | undefined,
    };
    const tracker = enqueueTracker(quiet, () => said.push('enqueued'));
    const sweeper = outboxSweep({
      store: {
        outbox: {
          expire: async (at: number) => void said.push(`expire ${at}`),
          due: async (channel: string, at: number) => {
            said.push(`due ${channel} ${at}`);
            return state.due;
          },
          giveUp: async (...parameters: unknown[]) => void said.push(`gave up ${parameters.join(' ')}`),
        },
      } as never,
      queue: {
        getJob: async (id: string) => {
          const job = state.jobs.get(id);
          return job === undefined ? undefined : { getState: async () => job };
        },
        add: async (_name: string, _data: unknown, { jobId, delay }: { jobId: string; delay: number }) => {
          state.jobs.set(jobId, 'waiting');
          said.push(`added ${jobId} ${delay}`);
        },
        getDelayed: async () =>
          state.delayed.map((id) => ({
            promote: async () => {
              said.push(`promoted ${id}`);
              if (id === 'gone') throw new Error('no such job');
            },
          })),
      } as never,
      channel: 'c',
      ask: (work) => (state.problem === undefined ? work() : Promise.reject(new Error(state.problem))),
      tracker,
      log: quiet,
      now: () => now,
      timeOfDay: () => timeOfDay,
      everyMs: 30_000,
      enabled: true,
      scrub: (text) => text.replaceAll('time', '***'),
      ...over,
    });
    const take = () => said.splice(0);
    return { sweeper, state, tracker, take };
  };
  const sweep = [`expire ${now}`, `due c ${timeOfDay}`];

  it('ends what has expired, and adds a job for each post that is due and has none', async () => {
    const { sweeper, state, take, tracker } = start();
    state.due = [duePost('a'), duePost('b', { nextAttemptAt: timeOfDay + 70 }), duePost('d')];
    state.jobs.set('d-c', 'active');
    expect(await sweeper.sweep()).toBe(2);
    expect(take()).toEqual([...sweep, 'added a-c 0', 'added b-c 70', 'enqueued']);
    expect(tracker.state().ageMs).toBe(0);
    expect(await sweeper.sweep()).toBe(0);
    expect(take()).toEqual(sweep);
  });

  it('goes on every 30 s by itself, and a second after a failure', async () => {
    const { sweeper, state, take, tracker } = start();
    await sweeper.sweep();
    take();
    await vi.advanceTimersByTimeAsync(29_999);
    expect(take()).toEqual([]);
    state.problem = 'away';
    state.due = [duePost('a')];
    await vi.advanceTimersByTimeAsync(1);
    expect(take()).toEqual(sweep);
    expect([tracker.state().failure, tracker.lastError()]).toEqual(['away', 'away']);
    await vi.advanceTimersByTimeAsync(999);
    expect(take()).toEqual([]);
    state.problem = undefined;
    await vi.advanceTimersByTimeAsync(1);
    expect(take()).toEqual([...sweep, 'added a-c 0', 'enqueued']);
    expect([tracker.state().failure, tracker.lastError()]).toEqual([undefined, null]);
    await sweeper.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    sweeper.sweepAfter(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(take()).toEqual([]);
  });

  it('tells a failure to who has asked, and is one sweep for all who ask meanwhile', async () => {
    const { sweeper, state, take } = start();
    expect(await Promise.all([sweeper.sweep(), sweeper.sweep()])).toEqual([0, 0]);
    expect(take()).toEqual(sweep);
    state.due = [duePost('a')];
    state.problem = 'away';
    await expect(sweeper.sweep()).rejects.toThrow('away');
  });

  it('lets delayed jobs check their time once at the start, and after each step of the clock', async () => {
    const { sweeper, state, take } = start();
    state.delayed = ['gone', 'x'];
    const promoted = ['promoted gone', 'promoted x'];
    await sweeper.sweep();
    expect(take()).toEqual([...promoted, ...sweep]);
    await sweeper.sweep();
    expect(take()).toEqual(sweep);
    await sweeper.clockStepped();
    expect(take()).toEqual([...promoted, ...sweep]);
    // Where a sweep is under way already, which may have promoted them before the step.
    const running = sweeper.sweep();
    await sweeper.clockStepped();
    await running;
    expect(take()).toEqual([...sweep, ...promoted]);
    state.problem = 'away';
    await sweeper.clockStepped();
    state.problem = undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(take()).toEqual([...promoted, ...sweep]);
  });

  it('promotes nothing and begins nothing where another process sweeps, but what it is asked for', async () => {
    const { sweeper, state, take } = start({ enabled: false });
    state.delayed = ['x'];
    sweeper.sweepAfter(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(take()).toEqual([]);
    await sweeper.sweep();
    expect(take()).toEqual(sweep);
  });

  it('ends a post of which no job can be made, and adds the others', async () => {
    const { sweeper, state, take } = start();
    const broken = { ...aSignal(), expires_at: NaN };
    state.due = [duePost('a', { signal: broken }), duePost('b')];
    expect(await sweeper.sweep()).toBe(1);
    expect(take()).toEqual([
      ...sweep,
      `gave up a c could not be queued: Invalid *** value ${timeOfDay}`,
      'added b-c 0',
      'enqueued',
    ]);
  });

  it('adds nothing more once it is stopped, which waits for what is under way', async () => {
    const { sweeper, state, take } = start();
    state.due = [duePost('a'), duePost('b')];
    const running = sweeper.sweep();
    const stopped = sweeper.stop();
    expect([await running, await stopped]).toEqual([0, undefined]);
    expect(take()).toEqual(sweep);
  });
});
