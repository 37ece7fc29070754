export interface TokenBucket {
  /** Takes `cost` tokens, one by default; false, and none taken, where there are fewer. */
  readonly take: (cost?: number) => boolean;
  /** Takes `cost` tokens, also those that are not there: they are owed. */
  readonly owe: (cost: number) => void;
  /** Tokens there are; below 0 where some are owed. */
  readonly left: () => number;
}

/** Rate limit: `burst` at once, `perSecond` in the long run. Starts full; `now` in ms. */
export function tokenBucket(burst: number, perSecond: number, now: () => number): TokenBucket {
  let tokens = burst;
  let at = now();
  const left = () => {
    const time = now();
    tokens = Math.min(burst, tokens + (Math.max(0, time - at) / 1000) * perSecond);
    at = time;
    return tokens;
  };
  return {
    take: (cost = 1) => {
      if (left() < cost) return false;
      tokens -= cost;
      return true;
    },
    owe: (cost) => {
      tokens = left() - cost;
    },
    left,
  };
}
