/** How long a worker that is not heard of counts as one, ms. */
const forgottenMs = 60_000;

/** The workers that answered lately, and how many threads they have together. */
export function createHeardWorkers(): {
  hear(name: string, threads: number): void;
  readonly threads: number;
} {
  const workers = new Map<string, { readonly threads: number; readonly heard: number }>();
  return {
    hear: (name, threads) => void workers.set(name, { threads, heard: performance.now() }),
    get threads() {
      let sum = 0;
      for (const [name, { threads, heard }] of workers) {
        if (performance.now() - heard > forgottenMs) workers.delete(name);
        else sum += threads;
      }
      return sum;
    },
  };
}
