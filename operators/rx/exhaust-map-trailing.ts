import { defer, EMPTY, exhaustMap, type Observable, of, type OperatorFunction, repeat, tap } from 'rxjs';

/**
 * `exhaustMap` with a trailing run: values that arrive during a run start one more run after it, however many they are.
 *
 *     source  a--b-c--------d---|
 *     runs    (----x)(---y)-(-z)|
 */
export function exhaustMapTrailing<T, R>(run: () => Observable<R>): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let isDue = false;
      const started = defer(() => {
        isDue = false;
        return run();
      });
      return source.pipe(
        tap(() => {
          isDue = true;
        }),
        exhaustMap(() => started.pipe(repeat({ delay: () => (isDue ? of(0) : EMPTY) }))),
      );
    });
}
