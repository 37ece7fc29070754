/** When to request again what REST returned incomplete or wrong: less and less often, since it may never be corrected. Times Unix ms. */
export interface RetrySchedule<T> {
  /** May it be requested now? A key that was never attempted may. */
  readonly isDue: (key: T, now: number) => boolean;
  /** It was requested: it is due again in 10 minutes, then after twice as long each time, up to a day; a day after that it starts over. */
  readonly attempted: (key: T, now: number) => void;
  /** The data is right, or nobody wants it any more. */
  readonly forget: (key: T) => void;
  readonly keys: () => Iterable<T>;
}

const firstMs = 600_000;
const longestMs = 86_400_000;

/** Remembers the latest `most` keys. */
export function createRetrySchedule<T>(most = 1000): RetrySchedule<T> {
  const entries = new Map<T, { due: number; delay: number }>();
  return {
    isDue: (key, now) => now >= (entries.get(key)?.due ?? -Infinity),
    attempted: (key, now) => {
      const before = entries.get(key);
      const isNew = before === undefined || now > before.due + longestMs;
      const delay = isNew ? firstMs : Math.min(2 * before.delay, longestMs);
      entries.delete(key);
      entries.set(key, { due: now + delay, delay });
      for (const oldest of entries.keys()) {
        if (entries.size <= most) break;
        entries.delete(oldest);
      }
    },
    forget: (key) => void entries.delete(key),
    keys: () => entries.keys(),
  };
}
