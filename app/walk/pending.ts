/** Analyses that have begun and not ended. */
export interface Pending {
  readonly size: number;
  readonly add: <T>(work: Promise<T>) => Promise<T>;
  /** Resolves when those begun until now have ended, well or not. */
  readonly settled: () => Promise<unknown>;
}

export function createPending(): Pending {
  const pending = new Set<Promise<unknown>>();
  return {
    get size() {
      return pending.size;
    },
    add: (work) => {
      const settled = work.then(noMatter, noMatter).finally(() => pending.delete(settled));
      pending.add(settled);
      return work;
    },
    settled: () => Promise.all(pending),
  };
}

const noMatter = (): void => {};
