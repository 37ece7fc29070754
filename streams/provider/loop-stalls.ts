import { filter, interval, map, type Observable, pairwise, type SchedulerLike, startWith } from 'rxjs';
import type { Interruption } from './interruptions.ts';

export interface LoopStallsOptions {
  /** For durations. */
  readonly clock: SchedulerLike;
  /** Time of day that a stall is dated with, Unix ms. @default the clock's */
  readonly timeOfDay?: () => number;
  /** @default 1 s */
  readonly checkMs?: number;
  /** A timer that fires later than this indicates a stall: the provider may have closed the socket, or the machine slept, ms. @default 5 s */
  readonly stallMs?: number;
}

/** Emits stalls of our own event loop as interruptions: prices may have been lost during one. A clock that was set is no stall. */
export function loopStalls({
  clock,
  timeOfDay = () => clock.now(),
  checkMs = 1_000,
  stallMs = 5_000,
}: LoopStallsOptions): Observable<Interruption> {
  return interval(checkMs, clock).pipe(
    map(() => clock.now()),
    startWith(clock.now()),
    pairwise(),
    map(([from, to]) => to - from),
    filter((ms) => ms >= checkMs + stallMs),
    map((ms): Interruption => {
      const to = timeOfDay();
      return { kind: 'interruption', from: to - ms, to, reason: `the server stood still for ${ms} ms` };
    }),
  );
}
