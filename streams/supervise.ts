import { asyncScheduler, type MonoTypeOperatorFunction, Observable, type SchedulerLike, timer } from 'rxjs';
import { DirectSubscriber } from '../operators/rx/direct-subscriber.ts';

export interface SuperviseOptions {
  /** Restarts within the window before giving up. @default 5 */
  readonly maxRestarts?: number;
  /** Length of the window, ms. @default 60 s */
  readonly withinMs?: number;
  /** Delay before the first restart in a window, ms; doubles with each further one. @default 100 */
  readonly delayMs?: number;
  /** Longest delay, ms. @default 30 s */
  readonly maxDelayMs?: number;
  readonly clock?: SchedulerLike;
  readonly onRestart?: (error: unknown, waitMs: number) => void;
}

/** More failures than allowed; `cause` is the last one. */
export class GaveUpError extends Error {
  override readonly name = 'GaveUpError';
}

/**
 * Resubscribes to a source that fails, after a delay that doubles inside the window; past the limit of restarts it fails for good.
 *
 *     source  -a-#  -b-#  -c-...
 *     out     -a----b-----c-...
 *
 * Written by hand, although `retry` could express it: every forming candle of every symbol passes here (`npm run bench:ticks`).
 */
export function supervise<T>(options: SuperviseOptions = {}): MonoTypeOperatorFunction<T> {
  const { maxRestarts = 5, withinMs = 60_000, delayMs = 100, maxDelayMs = 30_000 } = options;
  const { clock = asyncScheduler, onRestart } = options;
  return (source) =>
    new Observable((subscriber) => {
      let restarts: number[] = [];

      const live = () => {
        source.subscribe(
          new DirectSubscriber<T, T>(subscriber, (value) => subscriber.next(value), { atError: restart }),
        );
      };
      const restart = (error: unknown) => {
        const now = clock.now();
        restarts = restarts.filter((at) => now - at < withinMs);
        if (restarts.length >= maxRestarts) throw gaveUp(error, maxRestarts, withinMs);
        const wait = Math.min(maxDelayMs, delayMs * 2 ** restarts.length);
        restarts.push(now);
        onRestart?.(error, wait);
        subscriber.add(timer(wait, clock).subscribe(live));
      };
      live();
    });
}

function gaveUp(cause: unknown, restarts: number, withinMs: number): GaveUpError {
  return new GaveUpError(`failed again after ${restarts} restarts within ${withinMs} ms`, { cause });
}
