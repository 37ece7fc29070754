/** When the feed's event times contradict a clock. All ms. */
export interface FeedAgreementOptions {
  /** A tick further ahead of the clock is rejected. */
  readonly maxAheadMs: number;
  /** A tick that is later than this misses its minute. @default 60 s */
  readonly maxLateMs?: number;
  /** This many contradicting ticks in a row, over at least `forMs`, show that the clock is wrong. @default 5 */
  readonly ticks?: number;
  /** @default 2 s */
  readonly forMs?: number;
}

export interface FeedAgreement {
  /**
   * `aheadMs`: event time minus the clock; `isFresh`: its event time is newer than the symbol's last, so that it is no old price;
   * `at`: monotonic, ms.
   */
  readonly observe: (aheadMs: number, isFresh: boolean, at: number) => void;
  /** The clock was set: earlier observations no longer count. */
  readonly reset: () => void;
  /** How far the clock is ahead of the feed, ms, where ticks are rejected or late because of it; negative where it is behind. Null: it agrees. */
  readonly wrongBy: () => number | null;
}

/** Compares event times with a clock. One wrong event time proves nothing: a single tick that fits confirms the clock. */
export function feedAgreement(options: FeedAgreementOptions): FeedAgreement {
  const { maxAheadMs, maxLateMs = 60_000, ticks = 5, forMs = 2_000 } = options;
  let count = 0;
  let since = 0;
  /** Sign of the contradiction: 1, ticks from the future; -1, from the past. */
  let sign = 0;
  let wrongBy: number | null = null;
  const reset = () => {
    count = 0;
    wrongBy = null;
  };
  return {
    reset,
    wrongBy: () => wrongBy,
    observe: (aheadMs, isFresh, at) => {
      const current = aheadMs > maxAheadMs ? 1 : aheadMs < -maxLateMs ? -1 : 0;
      if (current === 0) {
        reset();
        return;
      }
      if (current < 0 && !isFresh) return;
      if (current !== sign || count === 0) {
        reset();
        sign = current;
        since = at;
      }
      count++;
      if (count >= ticks && at - since >= forMs) wrongBy = -aheadMs;
    },
  };
}
