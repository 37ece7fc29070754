import { studentQuantile } from './student-quantile.ts';

export interface ClusteredMean {
  n: number;
  /** Clusters that hold values. */
  clusters: number;
  /** Null where there are no values. */
  mean: number | null;
  /** Standard error of the mean; null under two clusters, which have none. */
  error: number | null;
  /** 95 % interval, by Student's t with one degree of freedom fewer than clusters; null under two. */
  interval: [low: number, high: number] | null;
}

/**
 * Mean of values that come in clusters, alike inside and independent between: trades of one day share its market. The error is the
 * cluster-robust one (Liang and Zeger 1986) with the correction G / (G - 1) for few clusters (CR1):
 *
 *     error = sqrt(G / (G - 1) · Σ_g (Σ_{i in g} (x_i - mean))²) / n
 *
 * With every value its own cluster it is the usual s / √n. values: in any unit; clusters: as many labels. Throws a RangeError on
 * unequal lengths.
 */
export function clusteredMean(
  values: ArrayLike<number>,
  clusters: ArrayLike<number | string>,
): ClusteredMean {
  const n = values.length;
  if (clusters.length !== n) throw new RangeError(`${n} values in ${clusters.length} clusters`);
  if (n === 0) return { n, clusters: 0, mean: null, error: null, interval: null };
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  const deviations = new Map<number | string, number>();
  for (let i = 0; i < n; i++) {
    const label = clusters[i]!;
    deviations.set(label, (deviations.get(label) ?? 0) + values[i]! - mean);
  }
  const count = deviations.size;
  if (count < 2) return { n, clusters: count, mean, error: null, interval: null };
  let squares = 0;
  for (const deviation of deviations.values()) squares += deviation ** 2;
  const error = Math.sqrt((count / (count - 1)) * squares) / n;
  const half = studentQuantile(count - 1) * error;
  return { n, clusters: count, mean, error, interval: [mean - half, mean + half] };
}

/**
 * How many times larger the variance of a share is than that of as many independent draws (Kish 1965), at least 1: n values are worth
 * n / effect. Null where it is not known: under two clusters, or where all outcomes are the same.
 */
export function designEffect(
  outcomes: ArrayLike<boolean>,
  clusters: ArrayLike<number | string>,
): number | null {
  const { n, mean, error } = clusteredMean(Float64Array.from(outcomes, Number), clusters);
  if (mean === null || error === null || mean === 0 || mean === 1) return null;
  return Math.max(1, error ** 2 / ((mean * (1 - mean)) / (n - 1)));
}
