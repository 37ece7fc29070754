import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHandover } from '../../../store/term/handover.ts';

describe('createHandover', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = (isAbleAtFirst: boolean) => {
    const state = { isAble: isAbleAtFirst, hasOffer: false };
    const said: unknown[] = [];
    const handover = createHandover({
      isAble: () => state.isAble,
      onUseless: () => void said.push('useless'),
      unableAfterMs: 3_000,
    });
    const session = {
      offer: async (isAble: boolean) => void said.push(isAble),
      hasOffer: async () => {
        said.push('asked');
        return state.hasOffer;
      },
    };
    return { handover, session, state, said };
  };

  it('tells the holder whether this process could take over, where that has changed', async () => {
    const { handover, session, state, said } = start(true);
    for (let i = 0; i < 2; i++) await handover.offer(session);
    expect(said).toEqual([true]);
    state.isAble = false;
    vi.advanceTimersByTime(1);
    for (let i = 0; i < 2; i++) await handover.offer(session);
    expect(said).toEqual([true, false]);
    // A new session knows nothing, which is as good as the word that it could not.
    handover.forget();
    await handover.offer(session);
    expect(said).toEqual([true, false]);
    state.isAble = true;
    await handover.offer(session);
    handover.forget();
    await handover.offer(session);
    expect(said).toEqual([true, false, true, true]);
  });

  it('lets one that is able ask for the lock at any time, and another once in a while', () => {
    const { handover, state } = start(true);
    vi.advanceTimersByTime(10_000);
    expect([handover.mayTry(), handover.mayTry()]).toEqual([true, true]);
    state.isAble = false;
    const after = (ms: number) => {
      vi.advanceTimersByTime(ms);
      return handover.mayTry();
    };
    expect([after(1), after(2_998), after(1), after(1), after(2_998), after(1)]).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    state.isAble = true;
    expect(after(0)).toBe(true);
  });

  it('finds a holder useless that has been unable for long while another could have taken over as long', async () => {
    const { handover, session, state, said } = start(true);
    const beat = async (ms: number) => {
      vi.advanceTimersByTime(ms);
      said.length = 0;
      await handover.check(session);
      return said.join(' ');
    };
    state.hasOffer = true;
    // One that is able asks nobody.
    expect(await beat(10_000)).toBe('');
    state.isAble = false;
    expect(await beat(1)).toBe('asked');
    expect(await beat(2_999)).toBe('asked');
    expect(await beat(1)).toBe('asked useless');
    expect(await beat(1)).toBe('asked useless');
    // The other is gone: it begins anew.
    state.hasOffer = false;
    expect(await beat(10_000)).toBe('asked');
    state.hasOffer = true;
    expect(await beat(1)).toBe('asked');
    expect(await beat(2_999)).toBe('asked');
    state.isAble = true;
    expect(await beat(10_000)).toBe('');
  });
});
