const least = 2000;
const most = 5 * 60_000;

/** Pause before the next attempt, ms: full jitter from 2 s up to a bound that doubles with each failure, at most 5 min. */
export function retryDelay(failures: number, random: () => number): number {
  const bound = Math.min(most, least * 2 ** Math.min(failures, 20));
  return least + random() * (bound - least);
}
