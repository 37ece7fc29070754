import {
  catchError,
  defer,
  EMPTY,
  filter,
  groupBy,
  mergeMap,
  NEVER,
  take,
  takeUntil,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { supervise, type SuperviseOptions } from './supervise.ts';

/** What one symbol does with its input. A restart calls it anew: state comes from the store, not from the life before. */
export type Behavior<In, Out> = (input: Observable<In>, symbol: string) => Observable<Out>;

export interface PerSymbolOptions<In> {
  readonly symbolOf: (input: In) => string;
  /** A symbol said here ends its actor and frees its state; stop its input first, or the next one starts it again. */
  readonly released$?: Observable<string>;
  readonly restart?: SuperviseOptions;
  readonly onRestart?: (symbol: string, error: unknown, waitMs: number) => void;
  /** An actor failed past its limit. Its input goes nowhere until it is released. */
  readonly onStop?: (symbol: string, error: unknown) => void;
}

/**
 * One actor a symbol: the group is the mailbox, the subscription the life, a failure restarts that symbol alone.
 *
 *     in   -a1-b1-a2-b2-|
 *     out  -A1-B1-A2-B2-|
 */
export function perSymbol<In, Out>(
  behavior: Behavior<In, Out>,
  options: PerSymbolOptions<In>,
): OperatorFunction<In, Out> {
  const { symbolOf, released$ = NEVER, restart, onRestart, onStop } = options;
  return (source) =>
    defer(() => {
      const release = (symbol: string) =>
        released$.pipe(
          filter((each) => each === symbol),
          take(1),
        );
      return source.pipe(
        // Without a duration a group would be kept for ever.
        groupBy(symbolOf, { duration: (group) => release(group.key) }),
        mergeMap((group) =>
          defer(() => behavior(group, group.key)).pipe(
            supervise<Out>({
              ...restart,
              onRestart: (error, waitMs) => {
                restart?.onRestart?.(error, waitMs);
                onRestart?.(group.key, error, waitMs);
              },
            }),
            catchError((error: unknown) => {
              onStop?.(group.key, error);
              return EMPTY;
            }),
            takeUntil(release(group.key)),
          ),
        ),
      );
    });
}
