export interface FlushBatch {
  /** Runs `flush` after the callbacks of this turn of the event loop. */
  readonly add: (flush: () => void) => void;
}

/** Batches writes by turn of the event loop, so that each socket is written once per turn. */
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
