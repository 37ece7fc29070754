/** The machine's two clocks. No other file reads `Date.now`: the linter enforces it. */
export interface MachineClock {
  /** Time of day, Unix ms: to be displayed, or compared with other machines. Steps when somebody sets the clock. */
  readonly wallNow: () => number;
  /** Time since an arbitrary origin, ms: for every duration. Never steps; stops while the machine sleeps. */
  readonly monotonicNow: () => number;
}

export const machineClock: MachineClock = {
  wallNow: () => Date.now(),
  monotonicNow: () => performance.now(),
};
