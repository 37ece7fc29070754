/** The two clocks of a machine. Nobody else reads `Date.now`: the linter sees to it. */
export interface MachineClock {
  /** Time of day, Unix ms: for what is shown, or compared with others. Whoever sets the clock makes it step. */
  readonly wallNow: () => number;
  /** Since some moment, ms: for every duration. Never steps; stands still while the machine sleeps. */
  readonly monotonicNow: () => number;
}

export const machineClock: MachineClock = {
  wallNow: () => Date.now(),
  monotonicNow: () => performance.now(),
};
