export interface BackoffOptions {
  /** Shortest delay, ms. @default 500 */
  readonly minMs?: number;
  /** Longest delay, ms. @default 30 s */
  readonly maxMs?: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Delay before the n-th attempt in a row (from 1), ms: uniform between `minMs` and a bound that doubles with each attempt. */
export function jitteredBackoff(
  attempt: number,
  { minMs = 500, maxMs = 30_000, random }: BackoffOptions,
): number {
  const bound = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30));
  return minMs + random() * (bound - minMs);
}
