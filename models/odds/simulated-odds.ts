import type { PassageOdds } from './first-passage.ts';

export interface SimulatedOdds extends PassageOdds {
  /** Largest standard error of the three probabilities; null for a single path. */
  standardError: number | null;
}

/** Adds `count` equal paths to the six sums that `estimate` reads. */
export function tally(sums: Float64Array, upper: number, lower: number, count: number): void {
  const neither = 1 - upper - lower;
  sums[0]! += count * upper;
  sums[1]! += count * lower;
  sums[2]! += count * neither;
  sums[3]! += count * upper * upper;
  sums[4]! += count * lower * lower;
  sums[5]! += count * neither * neither;
}

/** Means of the three shares and the largest of their standard errors. */
export function estimate(sums: Float64Array, paths: number): SimulatedOdds {
  const [up, down, neither] = [sums[0]! / paths, sums[1]! / paths, Math.max(0, sums[2]! / paths)];
  const error = (mean: number, squares: number): number =>
    Math.sqrt(Math.max(0, squares / paths - mean * mean) / (paths - 1));
  const standardError =
    paths > 1 ? Math.max(error(up, sums[3]!), error(down, sums[4]!), error(neither, sums[5]!)) : null;
  return { up, down, neither, standardError };
}
