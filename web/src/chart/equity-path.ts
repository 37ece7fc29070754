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

/** An SVG path through values, evenly spaced over the width, the scale's top at y 0. */
export function linePath(
  values: readonly number[],
  { width, height, top, bottom }: { width: number; height: number; top: number; bottom: number },
): string {
  const x = (i: number) => (values.length < 2 ? width : (i / (values.length - 1)) * width);
  const y = (value: number) => ((top - value) / (top - bottom || 1)) * height;
  return values.map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(2)} ${y(value).toFixed(2)}`).join('');
}
