export interface TokenBucket {
  /** Takes one token; false where none is left. */
  readonly take: () => boolean;
}

/** Rate limit: `burst` at once, `perSecond` in the long run. Starts full; `now` in ms. */
export function tokenBucket(burst: number, perSecond: number, now: () => number): TokenBucket {
  let tokens = burst;
  let at = now();
  return {
    take: () => {
      const time = now();
      tokens = Math.min(burst, tokens + (Math.max(0, time - at) / 1000) * perSecond);
      at = time;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
