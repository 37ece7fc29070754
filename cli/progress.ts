import { machineClock } from '../streams/clock/machine-clock.ts';

/** What is used of a terminal: `process.stderr` has it all. */
interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Progress {
  readonly update: (done: number, all: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const EVERY_MS = 200;

/** A line of progress and time left that writes over itself, on a terminal only. */
export function createProgress(
  what: string,
  terminal: Terminal = process.stderr,
  now: () => number = machineClock.monotonicNow,
): Progress {
  const begun = now();
  let shown = -Infinity;
  const put = (text: string) => terminal.write(`\r\u001b[K${text}`);
  if (terminal.isTTY !== true) return { update: () => {}, end: () => {} };
  return {
    update: (done, all) => {
      if (now() - shown < EVERY_MS) return;
      shown = now();
      const left = done > 0 ? `, ${inWords(((shown - begun) * (all - done)) / done)} left` : '';
      put(
        `${what}: ${done.toLocaleString('en')} of ${all.toLocaleString('en')} (${Math.floor((100 * done) / all)} %)${left}`,
      );
    },
    end: () => {
      if (shown > -Infinity) put('');
    },
  };
}

/** 5,430,000 ms as `1 h 31 min`, 4,200 as `5 s`. */
function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
