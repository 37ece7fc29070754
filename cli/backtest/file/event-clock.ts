import { type SchedulerLike, Subscription } from 'rxjs';

/** A clock that shows the time it was set to, Unix ms. */
export interface EventClock extends SchedulerLike {
  time: number;
}

/** The clock of a file, which has every price at its time: nothing waits on it for one that is missing, so nothing is ever due. */
export function createEventClock(): EventClock {
  const clock: EventClock = {
    time: 0,
    now: () => clock.time,
    schedule: () => Subscription.EMPTY,
  };
  return clock;
}
