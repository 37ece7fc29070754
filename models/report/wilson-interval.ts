/** Normal quantile of a two-sided 95 % interval. */
const Z95 = 1.959963984540054;

/**
 * 95 % interval for a proportion, `[low, high]`, sound for small n and for shares near 0 and 1. Null where n is 0: no proportion.
 * Throws a RangeError unless 0 <= successes <= n. Source: Wilson 1927.
 */
export function wilsonInterval(successes: number, n: number): [low: number, high: number] | null {
  if (!(successes >= 0 && successes <= n))
    throw new RangeError(`successes ${successes} must lie between 0 and n ${n}`);
  if (n === 0) return null;
  const share = successes / n;
  const square = (Z95 * Z95) / n;
  const centre = (share + square / 2) / (1 + square);
  const half = (Z95 / (1 + square)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n));
  return [successes === 0 ? 0 : Math.max(0, centre - half), successes === n ? 1 : Math.min(1, centre + half)];
}
