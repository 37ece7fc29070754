/** Normal quantile of a two-sided 95 % interval. */
const Z95 = 1.959963984540054;

/**
 * 95 % interval for a proportion, `[low, high]`, sound for small n and for shares near 0 and 1. Null where n is 0: no proportion.
 * A design effect above 1 means that the draws are alike: n of them are worth n / effect, and the interval is as much wider. Throws a
 * RangeError unless 0 <= successes <= n and the effect is at least 1. Source: Wilson 1927.
 */
export function wilsonInterval(
  successes: number,
  n: number,
  designEffect = 1,
): [low: number, high: number] | null {
  if (!(successes >= 0 && successes <= n))
    throw new RangeError(`successes ${successes} must lie between 0 and n ${n}`);
  if (!(designEffect >= 1)) throw new RangeError(`design effect ${designEffect} must be at least 1`);
  if (n === 0) return null;
  const share = successes / n;
  const worth = n / designEffect;
  const square = (Z95 * Z95) / worth;
  const centre = (share + square / 2) / (1 + square);
  const half = (Z95 / (1 + square)) * Math.sqrt((share * (1 - share)) / worth + square / (4 * worth));
  return [successes === 0 ? 0 : Math.max(0, centre - half), successes === n ? 1 : Math.min(1, centre + half)];
}
