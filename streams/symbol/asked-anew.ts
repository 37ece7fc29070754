/** When to ask once more for what REST has given, but not as it can be: ever more rarely, for it may never mend it. Times Unix ms. */
export interface AskedAnew<T> {
  /** May it be asked for now? So may what never failed. */
  readonly isDue: (key: T, now: number) => boolean;
  /** It was asked for: next in 10 minutes, then after twice as long each time, up to a day; a day after that it begins anew. */
  readonly asked: (key: T, now: number) => void;
  /** It is well, or nobody wants it any more. */
  readonly forget: (key: T) => void;
  readonly keys: () => Iterable<T>;
}

const firstMs = 600_000;
const longestMs = 86_400_000;

/** Remembers the latest `most` keys. */
export function createAskedAnew<T>(most = 1000): AskedAnew<T> {
  const waits = new Map<T, { due: number; delay: number }>();
  return {
    isDue: (key, now) => now >= (waits.get(key)?.due ?? -Infinity),
    asked: (key, now) => {
      const before = waits.get(key);
      const isNew = before === undefined || now > before.due + longestMs;
      const delay = isNew ? firstMs : Math.min(2 * before.delay, longestMs);
      waits.delete(key);
      waits.set(key, { due: now + delay, delay });
      for (const oldest of waits.keys()) {
        if (waits.size <= most) break;
        waits.delete(oldest);
      }
    },
    forget: (key) => void waits.delete(key),
    keys: () => waits.keys(),
  };
}
