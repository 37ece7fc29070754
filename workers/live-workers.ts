import { minuteMs } from '../schema/timeframe.ts';

/** A worker counts for so long after its last answer, ms. */
const forgottenMs = minuteMs;

/** The workers that answered lately, and how many threads they have together. */
export function createLiveWorkers(): {
  answered(name: string, threads: number): void;
  readonly threads: number;
} {
  const workers = new Map<string, { readonly threads: number; readonly answeredAt: number }>();
  return {
    answered: (name, threads) => void workers.set(name, { threads, answeredAt: performance.now() }),
    get threads() {
      let sum = 0;
      for (const [name, { threads, answeredAt }] of workers) {
        if (performance.now() - answeredAt > forgottenMs) workers.delete(name);
        else sum += threads;
      }
      return sum;
    },
  };
}
