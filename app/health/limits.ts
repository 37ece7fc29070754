/** From where on `/health` says that a part is not well. Every limit of it, in one place; times in ms unless the name says otherwise. */
export const limits = {
  /** Ticks of the last minute: fewer than this share accepted, among at least so many, and the part is down. */
  tickShare: 0.5,
  tickShareOf: 10,
  /** No tick accepted for so long while the feed is live; at least twice TICK_STALE_MS. */
  tickAgeMs: 120_000,
  /** Useless answers of the provider's REST in a row. */
  restFailures: 3,
  /** A close that was whole and in time, and has no decision yet. */
  decisionMs: 120_000,
  /** 99th percentile of the event loop's delay over ten seconds. */
  loopDelayMs: 250,
  /** The oldest post that still waits. */
  postAgeMs: 300_000,
  /** Posts that failed or were parked count for so long, unless one was delivered since. */
  failureMs: 24 * 3_600_000,
  /** A check that has not answered for so long has found trouble. */
  checkMs: 2_500,
} as const;
