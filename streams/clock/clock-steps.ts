import type { MachineClock } from './machine-clock.ts';

/** The wall clock was set, or the machine slept: wall and monotonic time advanced by different amounts. */
export interface ClockStep {
  /** Size of the step, ms: positive forward, negative back. */
  readonly ms: number;
  /** Sum of all steps since the start, ms. */
  readonly totalMs: number;
}

export interface ClockStepsOptions {
  readonly machine: MachineClock;
  /** A smaller difference between two checks is an ordinary adjustment, no step, ms. @default 500 */
  readonly stepMs?: number;
}

/**
 * Returns the wall clock's step since the last call. A stall of our own event loop is none: it delays the reading of both clocks alike.
 *
 *     monotonic  0---1---2---9--10   a stall between 2 and 9
 *     wall       0---1---2---9--70   a step between 9 and 10
 */
export function clockSteps({ machine, stepMs = 500 }: ClockStepsOptions): () => ClockStep | undefined {
  const difference = () => machine.wallNow() - machine.monotonicNow();
  const atStart = difference();
  let before = atStart;
  return () => {
    const now = difference();
    const ms = Math.round(now - before);
    before = now;
    return Math.abs(ms) < stepMs ? undefined : { ms, totalMs: Math.round(now - atStart) };
  };
}
