/** One point of the equity curve: the sum of R so far, and how far that lies under its highest. */
export interface EquityPoint {
  readonly r: number;
  readonly drawdown: number;
}

/** Adds the drawdown to each sum of R. The highest starts at zero, where the account started. */
export function withDrawdown(equity: readonly { readonly r: number }[]): readonly EquityPoint[] {
  let highest = 0;
  return equity.map(({ r }) => {
    highest = Math.max(highest, r);
    return { r, drawdown: r - highest };
  });
}
