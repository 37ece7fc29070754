import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { MachineClock } from './machine-clock.ts';

/** Real timers, which are monotonic, with the given time of day. `now` in Unix ms. */
export const realClock = (now: () => number): SchedulerLike => ({
  now,
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
});

/**
 * Unix ms that advance with the monotonic clock, from the wall clock's time at the start: differences are durations even when
 * the wall clock is set. Whole ms.
 */
export function steadyClock({ wallNow, monotonicNow }: MachineClock): SchedulerLike {
  const origin = wallNow() - monotonicNow();
  return realClock(() => Math.floor(origin + monotonicNow()));
}
