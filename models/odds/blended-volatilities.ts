/** Regimes that expect less than this share of the blended variance do not count in its split. */
const LEAST_SHARE = 1e-6;

/**
 * Volatility of each state, scaled so that over the horizon the regimes expect exactly the variance the levels were set by: the odds and
 * the levels must rest on one market.
 *
 * variances: K, per bar. expected: what the regimes alone expect over the horizon. blended: what the levels use. windowVariance: per bar,
 * taken for every state where the regimes expect no movement.
 */
export function blendedVolatilities(
  variances: Float64Array,
  expected: number,
  blended: number,
  windowVariance: number,
): Float64Array {
  const scale = expected > LEAST_SHARE * blended ? blended / expected : null;
  return variances.map((value) => Math.sqrt(scale === null ? windowVariance : value * scale));
}
