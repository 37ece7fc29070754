export interface StateMoments {
  /** Expected number of bars in each state. */
  counts: Float64Array;
  /** Mean return of each state, shrunk towards zero: log units per bar. */
  drifts: Float64Array;
  /** Variance of the return around the state's own mean, squared log units per bar. */
  variances: Float64Array;
}

/**
 * Drift and variance of the returns in each state. The mean is shrunk by n / (n + 1 / scale^2), the posterior mean under a normal prior
 * whose deviation is `scale` of the return's own: the means EM finds are mostly the luck of the window.
 *
 * returns: T. smoothed: T x K, row-major. scale: deviation of true drifts per bar in units of volatility, > 0.
 */
export function stateMoments(returns: Float64Array, smoothed: Float64Array, scale: number): StateMoments {
  const T = returns.length;
  const K = smoothed.length / T;
  const counts = new Float64Array(K);
  const drifts = new Float64Array(K);
  const variances = new Float64Array(K);
  for (let k = 0; k < K; k++) {
    let sum = 0;
    for (let t = 0; t < T; t++) {
      counts[k]! += smoothed[t * K + k]!;
      sum += smoothed[t * K + k]! * returns[t]!;
    }
    const n = counts[k]!;
    if (!(n > 0)) continue;
    let squares = 0;
    for (let t = 0; t < T; t++) squares += smoothed[t * K + k]! * (returns[t]! - sum / n) ** 2;
    variances[k] = squares / n;
    drifts[k] = (sum / n) * (n / (n + 1 / scale ** 2));
  }
  return { counts, drifts, variances };
}
