import {
  EMPTY,
  interval,
  map,
  mergeMap,
  type Observable,
  of,
  pairwise,
  type SchedulerLike,
  startWith,
} from 'rxjs';
import type { Interruption } from './interruptions.ts';

export interface LoopStallsOptions {
  readonly clock: SchedulerLike;
  /** @default 1 s */
  readonly checkMs?: number;
  /** A turn later than this was a stall: the provider may have given up on us, or the machine slept, ms. @default 5 s */
  readonly stallMs?: number;
}

/** Stalls of our own event loop, and sleeps of the machine: prices of that time were perhaps not sent to us. */
export function loopStalls({
  clock,
  checkMs = 1_000,
  stallMs = 5_000,
}: LoopStallsOptions): Observable<Interruption> {
  return interval(checkMs, clock).pipe(
    map(() => clock.now()),
    startWith(clock.now()),
    pairwise(),
    mergeMap(([from, to]) =>
      to - from < checkMs + stallMs
        ? EMPTY
        : of<Interruption>({
            kind: 'interruption',
            from,
            to,
            reason: `the server stood still for ${to - from} ms`,
          }),
    ),
  );
}
