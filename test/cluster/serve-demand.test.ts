import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serveDemand } from '../../cluster/serve-demand.ts';
import type { WatchAnswer } from '../../schema/symbol/watch-answer.ts';

const names = { demand: 'demand', demanded: 'demanded' };
const turn = () => vi.advanceTimersByTimeAsync(0);

describe('serveDemand', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = (answers: Record<string, WatchAnswer | Promise<WatchAnswer>> = {}) => {
    const said: string[] = [];
    const state = { members: [] as string[], isAway: false, reads: 0, notice: () => {} };
    const served = serveDemand({
      redis: {
        eval: async () => {
          state.reads++;
          if (state.isAway) throw new Error('away');
          return state.members;
        },
      },
      link: {
        listen: (channel, onMessage) => {
          expect(channel).toBe('demanded');
          state.notice = () => onMessage('');
        },
      },
      names,
      watch: async (symbol) => {
        said.push(`watch ${symbol}`);
        if (symbol === 'BROKEN') throw new Error('a bug');
        return answers[symbol] ?? 'ok';
      },
      release: (symbol) => void said.push(`release ${symbol}`),
      answer: (symbol, answer) => void said.push(`${answer} ${symbol}`),
    });
    const take = () => said.splice(0);
    const want = async (...members: string[]) => {
      state.members = members;
      state.notice();
      await turn();
      return take();
    };
    return { served, state, take, want };
  };

  it('holds one reference on a symbol, answers whoever begins to want it, and gives it back after the last', async () => {
    const { want } = start();
    expect(await want('a ETHUSD')).toEqual(['watch ETHUSD', 'ok ETHUSD']);
    // Once more for the first, whose answer was sent before it was known who had asked.
    expect(await want('a ETHUSD')).toEqual(['ok ETHUSD']);
    expect(await want('a ETHUSD')).toEqual([]);
    expect(await want('a ETHUSD', 'b ETHUSD')).toEqual(['ok ETHUSD']);
    expect(await want('b ETHUSD')).toEqual([]);
    expect(await want()).toEqual(['release ETHUSD']);
    expect(await want('b ETHUSD')).toEqual(['watch ETHUSD', 'ok ETHUSD']);
  });

  it('repeats a refusal each second as long as the symbol is wanted', async () => {
    const { want, take } = start({ NOPE: 'symbol_unknown' });
    expect(await want('a NOPE')).toEqual(['watch NOPE', 'symbol_unknown NOPE']);
    await vi.advanceTimersByTimeAsync(999);
    expect(take()).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(take()).toEqual(['watch NOPE', 'symbol_unknown NOPE']);
    expect(await want()).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(take()).toEqual([]);
  });

  it('asks once while the answer is awaited, and gives back what nobody wants by then', async () => {
    const { promise, resolve } = Promise.withResolvers<WatchAnswer>();
    const { want, take } = start({ SLOW: promise });
    expect(await want('a SLOW')).toEqual(['watch SLOW']);
    expect(await want('a SLOW')).toEqual([]);
    expect(await want()).toEqual([]);
    resolve('ok');
    await turn();
    expect(take()).toEqual(['release SLOW', 'ok SLOW']);
    expect(await want('a BROKEN')).toEqual(['watch BROKEN', 'symbol_limit BROKEN']);
  });

  it('asks anew for what the ingest has dropped, and releases it no more', async () => {
    const { want, served } = start();
    await want('a ETHUSD');
    served.lose('ETHUSD');
    expect(await want('a ETHUSD')).toEqual(['watch ETHUSD', 'ok ETHUSD']);
    served.lose('ETHUSD');
    expect(await want()).toEqual([]);
  });

  it('keeps the last known demand through an outage, reads at a notice and each second, and ends', async () => {
    const { want, state, served, take } = start();
    await want('a ETHUSD');
    await want('a ETHUSD');
    state.isAway = true;
    expect(await want()).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    state.isAway = false;
    state.members = ['a ETHUSD'];
    await vi.advanceTimersByTimeAsync(1_000);
    expect(take()).toEqual([]);
    // A notice during a read is followed by another one; many by one.
    const before = state.reads;
    for (let i = 0; i < 5; i++) state.notice();
    await turn();
    expect(state.reads - before).toBe(2);
    served.close();
    expect(await want('a EURUSD')).toEqual([]);
    await vi.advanceTimersByTimeAsync(5_000);
    expect([state.reads - before, vi.getTimerCount()]).toEqual([2, 0]);
  });
});
