/** What the feed's times say of a clock. All ms. */
export interface FeedAgreementOptions {
  /** A tick further ahead of the clock is rejected. */
  readonly maxAheadMs: number;
  /** Ticks that are later than this are of no use to their minutes. @default 60 s */
  readonly maxLateMs?: number;
  /** So many ticks in a row, over at least `forMs`, say that the clock is wrong. @default 5 */
  readonly ticks?: number;
  /** @default 2 s */
  readonly forMs?: number;
}

export interface FeedAgreement {
  /**
   * `aheadMs`: event time minus the clock; `isFresh`: time has gone on in it since the symbol's last tick, so that it is not an old
   * price; `at`: monotonic, ms.
   */
  readonly observe: (aheadMs: number, isFresh: boolean, at: number) => void;
  /** The clock was set: what was observed is of another time. */
  readonly reset: () => void;
  /** How far the clock is ahead of the feed's time, ms, where that makes ticks useless; below 0 where it is behind. Null: it agrees. */
  readonly wrongBy: () => number | null;
}

/** One broken time among good ones says nothing: a single tick that fits makes the clock right. */
export function feedAgreement(options: FeedAgreementOptions): FeedAgreement {
  const { maxAheadMs, maxLateMs = 60_000, ticks = 5, forMs = 2_000 } = options;
  let count = 0;
  let since = 0;
  /** Sign of what they say: ticks from the future, or from the past. */
  let side = 0;
  let wrongBy: number | null = null;
  const reset = () => {
    count = 0;
    wrongBy = null;
  };
  return {
    reset,
    wrongBy: () => wrongBy,
    observe: (aheadMs, isFresh, at) => {
      const says = aheadMs > maxAheadMs ? 1 : aheadMs < -maxLateMs ? -1 : 0;
      if (says === 0) {
        reset();
        return;
      }
      if (says < 0 && !isFresh) return;
      if (says !== side || count === 0) {
        reset();
        side = says;
        since = at;
      }
      count++;
      if (count >= ticks && at - since >= forMs) wrongBy = -aheadMs;
    },
  };
}
