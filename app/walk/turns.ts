import type { TimeSlices } from '../../operators/analysis/time-slices.ts';

/** Work that waits until everybody's minute has closed. */
export interface Turns {
  readonly slices: TimeSlices;
  /** Runs what waits. False where nothing did. */
  readonly run: () => boolean;
}

export function createTurns(): Turns {
  let waiting = new Set<() => void>();
  return {
    slices: (work) => {
      waiting.add(work);
      return () => void waiting.delete(work);
    },
    run: () => {
      if (waiting.size === 0) return false;
      const ready = waiting;
      waiting = new Set();
      for (const work of ready) work();
      return true;
    },
  };
}
