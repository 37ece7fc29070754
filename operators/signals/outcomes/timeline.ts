/** Values in the order of their times, the latest `most` of them. */
export interface Timeline<T> {
  /** Counts the changes: what was read before is still true while it is the same. */
  readonly version: number;
  /** An id has one value: what is added of it at another time takes the place of what was there. */
  add(at: number, id: string, value: T): void;
  /** How many are at or before a time. */
  countUpTo(at: number): number;
  /** Sum of the weights of all of them. */
  readonly weight: number;
  /** All of them, the oldest first; it changes with `add`. */
  readonly entries: readonly { readonly value: T }[];
}

/** `at` in Unix ms. Values mostly come in order: one that comes late is put in its place. weigh: whole numbers. @default 0 */
export function createTimeline<T>(most: number, weigh: (value: T) => number = () => 0): Timeline<T> {
  const entries: { readonly at: number; readonly id: string; readonly value: T }[] = [];
  const times = new Map<string, number>();
  let version = 0;
  let weight = 0;
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
    get weight() {
      return weight;
    },
    add(at, id, value) {
      const before = times.get(id);
      if (before === at) return;
      if (before !== undefined) {
        let i = countUpTo(before) - 1;
        while (entries[i]!.id !== id) i--;
        weight -= weigh(entries.splice(i, 1)[0]!.value);
      }
      const place = countUpTo(at);
      if (place === entries.length) entries.push({ at, id, value });
      else entries.splice(place, 0, { at, id, value });
      times.set(id, at);
      weight += weigh(value);
      if (entries.length > most) {
        const oldest = entries.shift()!;
        times.delete(oldest.id);
        weight -= weigh(oldest.value);
      }
      version++;
    },
    countUpTo,
    entries,
  };
}
