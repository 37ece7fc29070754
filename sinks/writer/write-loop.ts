/** Writes one kind of what waits, over and over. */
export interface WriteLoop {
  /** Something waits. */
  readonly wake: () => void;
  /** Begins no further write. Resolves when the one under way has ended, or after a second. */
  readonly stop: () => Promise<void>;
}

export function writeLoop(options: {
  /** False where it must be repeated. */
  readonly flush: () => Promise<boolean>;
  readonly isIdle: () => boolean;
  /** Pause before a repetition, ms. */
  readonly retryMs: number;
}): WriteLoop {
  const { flush, isIdle, retryMs } = options;
  let isStopped = false;
  let wakeUp: (() => void) | undefined;

  const wake = () => {
    wakeUp?.();
    wakeUp = undefined;
  };
  const sleep = (ms?: number) =>
    new Promise<void>((done) => {
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      wakeUp = () => {
        if (ms !== undefined && !isStopped) return;
        clearTimeout(timer);
        done();
      };
    });
  const isOver = () => isStopped;
  const loop = async () => {
    while (!isOver()) {
      if (!(await flush())) await sleep(retryMs);
      else if (isIdle()) await sleep();
    }
  };
  const running = loop();

  return {
    wake,
    stop: async () => {
      isStopped = true;
      wake();
      await Promise.race([running, new Promise((done) => setTimeout(done, 1000).unref())]);
    },
  };
}
