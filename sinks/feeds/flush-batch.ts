export interface FlushBatch {
  /** Runs `flush` once the callbacks of this turn of the event loop are through. */
  readonly add: (flush: () => void) => void;
}

/** Gathers what a turn of the event loop has to write, so that each socket is written once a turn. */
export function createFlushBatch(): FlushBatch {
  let flushes: (() => void)[] = [];
  const run = () => {
    const due = flushes;
    flushes = [];
    for (const flush of due) flush();
  };
  return {
    add: (flush) => {
      if (flushes.push(flush) === 1) setImmediate(run);
    },
  };
}
