import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { MachineClock } from './machine-clock.ts';

/** Real timers, which are monotonic, with a time of our own. `now` in Unix ms. */
export const realClock = (now: () => number): SchedulerLike => ({
  now,
  schedule: asyncScheduler.schedule.bind(asyncScheduler),
});

/**
 * Unix ms that go on as the monotonic clock does, from the wall clock's time at the start: differences are durations, whoever
 * sets the wall clock. Whole ms.
 */
export function steadyClock({ wallNow, monotonicNow }: MachineClock): SchedulerLike {
  const origin = wallNow() - monotonicNow();
  return realClock(() => Math.floor(origin + monotonicNow()));
}
