import { vi } from 'vitest';
import type { MachineClock } from '../../streams/clock/machine-clock.ts';

/** A machine whose wall clock can be set, over vitest's fake timers: real rxjs timers, no waiting. */
export interface SteppedMachine extends MachineClock {
  /** Sets the wall clock forward, or back below 0, ms. */
  readonly step: (ms: number) => void;
  /** Time goes on and nothing runs, ms: both clocks see it. */
  readonly stall: (ms: number) => void;
  /** True time: what a feed with a right clock says, Unix ms. */
  readonly trueNow: () => number;
}

export function steppedMachine(wrongAtStartMs = 0): SteppedMachine {
  let wrong = wrongAtStartMs;
  let stalled = 0;
  return {
    step: (ms) => void (wrong += ms),
    stall: (ms) => void (stalled += ms),
    trueNow: () => Date.now() + stalled,
    wallNow: () => Date.now() + stalled + wrong,
    monotonicNow: () => performance.now() + stalled,
  };
}

export const passTime = (ms: number) => vi.advanceTimersByTimeAsync(ms);
