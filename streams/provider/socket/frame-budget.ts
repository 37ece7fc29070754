/** Counts the frames sent in the last minute, to stay below the provider's limit of client events. */
export interface FrameBudget {
  /** Counts `count` frames and returns 0, or returns the time until they may be sent, ms. */
  readonly take: (now: number, count: number) => number;
}

const windowMs = 60_000;

export function createFrameBudget(perMinute: number): FrameBudget {
  let sent: number[] = [];
  return {
    take: (now, count) => {
      sent = sent.filter((at) => now - at < windowMs);
      const surplus = sent.length + count - perMinute;
      if (surplus > 0) return Math.max(1, sent[Math.min(surplus, sent.length) - 1]! + windowMs - now);
      for (let i = 0; i < count; i++) sent.push(now);
      return 0;
    },
  };
}
