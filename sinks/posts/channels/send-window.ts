/** A little more than a minute: what is sent may be under way for a moment longer or shorter. */
const windowMs = 60_500;

/**
 * Admits at most `perMinute` requests of this process in any minute, by the monotonic clock: the time to wait, ms, or 0, which counts
 * the request as sent now. The pace in the database holds over restarts and other processes, by the time of day; this holds at the
 * moment of sending, whatever is done to the clock.
 */
export function sendWindow(
  perMinute: number,
  now: () => number = () => performance.now(),
): { readonly admit: () => number } {
  /** When the last `perMinute` were sent, as a ring. */
  const sent: number[] = [];
  let oldest = 0;
  return {
    admit: () => {
      const time = now();
      if (sent.length < perMinute) {
        sent.push(time);
        return 0;
      }
      const waitMs = sent[oldest]! + windowMs - time;
      if (waitMs > 0) return Math.ceil(waitMs);
      sent[oldest] = time;
      oldest = (oldest + 1) % perMinute;
      return 0;
    },
  };
}
