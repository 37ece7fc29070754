/** Counts of the last minute, in slices of ten seconds: kinds come and go with what happened. */
export interface RecentCount {
  readonly add: (kind: string) => void;
  readonly of: () => Readonly<Record<string, number>>;
}

const sliceMs = 10_000;
const slices = 6;

/** `now`: monotonic, ms. */
export function recentCount(now: () => number): RecentCount {
  const kept: { readonly since: number; readonly counts: Map<string, number> }[] = [];
  const drop = (at: number) => {
    while (kept.length > 0 && at - kept[0]!.since >= sliceMs * slices) kept.shift();
  };
  return {
    add: (kind) => {
      const at = now();
      let slice = kept.at(-1);
      if (slice === undefined || at - slice.since >= sliceMs) {
        slice = { since: at, counts: new Map() };
        kept.push(slice);
        drop(at);
      }
      slice.counts.set(kind, (slice.counts.get(kind) ?? 0) + 1);
    },
    of: () => {
      drop(now());
      const sums: Record<string, number> = {};
      for (const { counts } of kept)
        for (const [kind, count] of counts) sums[kind] = (sums[kind] ?? 0) + count;
      return sums;
    },
  };
}
