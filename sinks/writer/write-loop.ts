import { abortableDelay } from '../abortable-delay.ts';

/** Writes one kind of what waits, over and over. */
export interface WriteLoop {
  /** Something waits. */
  readonly wake: () => void;
  /** Begins no further write. Resolves when the one under way has ended, or after `patienceMs`. */
  readonly stop: (patienceMs: number) => Promise<void>;
}

export function writeLoop(options: {
  /** False where it must be repeated. */
  readonly flush: () => Promise<boolean>;
  readonly isIdle: () => boolean;
  /** Pause before a repetition, ms; nothing but the stop cuts it short. */
  readonly retryMs: number;
}): WriteLoop {
  const { flush, isIdle, retryMs } = options;
  const stopping = new AbortController();
  let wake = () => {};

  const isOver = () => stopping.signal.aborted;
  const loop = async () => {
    while (!isOver()) {
      if (!(await flush())) await abortableDelay(retryMs, stopping.signal);
      else if (isIdle() && !isOver()) await new Promise<void>((done) => (wake = done));
    }
  };
  const running = loop();

  return {
    wake: () => wake(),
    stop: async (patienceMs) => {
      stopping.abort();
      wake();
      await Promise.race([running, abortableDelay(patienceMs)]);
    },
  };
}
