import { median } from './statistics.ts';

/** Median of |x| over the deviation of a normal variable: 0.6745 (Rousseeuw and Croux 1993). */
const NORMAL = 0.6745;

/**
 * Deviation of values about zero that up to half of them cannot move: the median absolute value, as a normal deviation. Values of exactly
 * zero are left out where they are the majority, so that a market that mostly stands still is measured by its moves. 0 without any.
 */
export function robustScale(values: Float64Array): number {
  const sizes = values.map(Math.abs);
  const usual = median(sizes);
  return (usual > 0 ? usual : median(sizes.filter((size) => size > 0)) || 0) / NORMAL;
}
