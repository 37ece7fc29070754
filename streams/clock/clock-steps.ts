import type { MachineClock } from './machine-clock.ts';

/** The wall clock was set, or the machine slept: wall and monotonic time went on differently. */
export interface ClockStep {
  /** How far forward; below 0 where it was set back, ms. */
  readonly ms: number;
  /** Of all steps since the start, ms: how far the wall clock is from where it would be. */
  readonly totalMs: number;
}

export interface ClockStepsOptions {
  readonly machine: MachineClock;
  /** Less between two looks is how a clock is kept in time, no step, ms. @default 500 */
  readonly stepMs?: number;
}

/**
 * Looks whether the wall clock has stepped since the last look. A stall of our own loop is none: it holds both clocks up alike.
 *
 *     monotonic  0---1---2---9--10   a stall between 2 and 9
 *     wall       0---1---2---9--70   a step between 9 and 10
 */
export function clockSteps({ machine, stepMs = 500 }: ClockStepsOptions): () => ClockStep | undefined {
  const apart = () => machine.wallNow() - machine.monotonicNow();
  const atStart = apart();
  let before = atStart;
  return () => {
    const now = apart();
    const ms = Math.round(now - before);
    before = now;
    return Math.abs(ms) < stepMs ? undefined : { ms, totalMs: Math.round(now - atStart) };
  };
}
