/** An age in seconds as `/health` shows it, one decimal; null where there is none. */
export const seconds = (ms: number | undefined): number | null =>
  ms === undefined ? null : Math.round(ms / 100) / 10;
