import { filter, interval, map, type Observable, pairwise, type SchedulerLike, startWith } from 'rxjs';
import type { Interruption } from './interruptions.ts';

export interface LoopStallsOptions {
  /** Durations. */
  readonly clock: SchedulerLike;
  /** Time that a stall is dated by, Unix ms. @default the clock's */
  readonly timeOfDay?: () => number;
  /** @default 1 s */
  readonly checkMs?: number;
  /** A turn later than this was a stall: the provider may have given up on us, or the machine slept, ms. @default 5 s */
  readonly stallMs?: number;
}

/** Stalls of our own event loop: prices of that time were perhaps not sent to us. A clock that was set is none. */
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
