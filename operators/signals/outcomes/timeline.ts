/** Values in the order of their times, the latest `most` of them. */
export interface Timeline<T> {
  /** Counts the changes: what was read before is still true while it is the same. */
  readonly version: number;
  /** The same id at the same time counts once. */
  add(at: number, id: string, value: T): void;
  /** How many are at or before a time. */
  countUpTo(at: number): number;
  /** The first `count`, oldest first. */
  first(count: number): T[];
}

/** `at` in Unix ms. Values mostly come in order: one that comes late is put in its place. */
export function createTimeline<T>(most: number): Timeline<T> {
  const entries: { readonly at: number; readonly id: string; readonly value: T }[] = [];
  let version = 0;
  const countUpTo = (at: number): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (entries[middle]!.at <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    get version() {
      return version;
    },
    add(at, id, value) {
      const place = countUpTo(at);
      for (let i = place - 1; i >= 0 && entries[i]!.at === at; i--) if (entries[i]!.id === id) return;
      entries.splice(place, 0, { at, id, value });
      if (entries.length > most) entries.shift();
      version++;
    },
    countUpTo,
    first: (count) => entries.slice(0, count).map(({ value }) => value),
  };
}
