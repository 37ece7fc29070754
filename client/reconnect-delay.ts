/** Delay before the next connection attempt, ms: full jitter under a ceiling that doubles from 0.5 s to 30 s. `attempt` from 0. */
export function reconnectDelay(attempt: number, random: () => number): number {
  return random() * Math.min(30_000, 500 * 2 ** Math.min(attempt, 16));
}
