import { Observable, type OperatorFunction } from 'rxjs';

/**
 * Gathers what a source emits without pause, in one turn of the machine: the events of one cause, to be written together.
 *
 *     source  (ab)---c--(de)|
 *     bursts  -(ab)--(c)-(de)|
 *
 * A burst ends with the microtask after its first value. Completion and errors come after what was gathered.
 */
export function bursts<T>(): OperatorFunction<T, readonly T[]> {
  return (source) =>
    new Observable((subscriber) => {
      let burst: T[] = [];
      const flush = () => {
        if (burst.length === 0) return;
        const whole = burst;
        burst = [];
        subscriber.next(whole);
      };
      return source.subscribe({
        next: (value) => {
          if (burst.push(value) === 1) queueMicrotask(flush);
        },
        error: (error: unknown) => {
          flush();
          subscriber.error(error);
        },
        complete: () => {
          flush();
          subscriber.complete();
        },
      });
    });
}
