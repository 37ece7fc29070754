import { defer, EMPTY, exhaustMap, type Observable, of, type OperatorFunction, repeat, tap } from 'rxjs';

/**
 * Does work that covers all that was wanted when it began; what is wanted while it goes on has it done once more.
 *
 *     wanted  a--b-c--------d---|
 *     work    (----x)(---y)-(-z)|
 */
export function onceMore<T, R>(work: () => Observable<R>): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let isWanted = false;
      const begun = defer(() => {
        isWanted = false;
        return work();
      });
      return source.pipe(
        tap(() => {
          isWanted = true;
        }),
        exhaustMap(() => begun.pipe(repeat({ delay: () => (isWanted ? of(0) : EMPTY) }))),
      );
    });
}
