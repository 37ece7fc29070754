export interface FrameTurnsOptions {
  /** Time that jobs may take in one turn of the event loop, ms. @default 3 */
  readonly sliceMs?: number;
  /** Monotonic, ms. */
  readonly now?: () => number;
}

export interface FrameTurns {
  /** Runs `job`, at once where this turn of the event loop has time left, else in a later one, in the order of the calls. */
  readonly run: (job: () => Promise<void>) => void;
}

/**
 * Shares the event loop between the clients' frames and everything else: whatever many clients send at once, prices wait a slice at
 * most. A job that waits for something lets the next one go.
 */
export function frameTurns({
  sliceMs = 3,
  now = () => performance.now(),
}: FrameTurnsOptions = {}): FrameTurns {
  let jobs: (() => Promise<void>)[] = [];
  let isRunning = false;
  /** When this turn's slice is over; undefined before its first job. */
  let end: number | undefined;
  const nextTurn = () => new Promise<void>(setImmediate);

  const work = async () => {
    isRunning = true;
    while (jobs.length > 0) {
      const due = jobs;
      jobs = [];
      for (const job of due) {
        if (end !== undefined && now() >= end) await nextTurn();
        if (end === undefined) {
          end = now() + sliceMs;
          setImmediate(() => (end = undefined));
        }
        await Promise.race([job(), nextTurn()]);
      }
    }
    isRunning = false;
  };
  return {
    run: (job) => {
      jobs.push(job);
      if (!isRunning) void work();
    },
  };
}
