import {
  tap,
  VirtualAction,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import type { Tick } from '../../schema/tick.ts';

/** A virtual clock: it advances only when it is given a time, and then runs what has become due, in order. */
export interface FeedClock {
  readonly clock: SchedulerLike;
  /** Advances to `time`, Unix ms; never back. What is due at that very instant runs later, after the input of the instant. */
  readonly advance: (time: number) => void;
}

export function createFeedClock(start: number): FeedClock {
  const scheduler = new VirtualTimeScheduler(VirtualAction);
  scheduler.frame = start;
  return {
    clock: scheduler,
    advance: (time) => {
      if (!(time > scheduler.frame)) return;
      scheduler.maxFrames = time - 0.001;
      scheduler.flush();
      scheduler.frame = time;
    },
  };
}

/**
 * Advances the clock with each tick, before the tick is passed on. `timeOf` @default its event time; an exact replay of what
 * happened uses `receivedTime`.
 */
export function driveClock(
  feed: FeedClock,
  timeOf: (tick: Tick) => number = (tick) => tick.eventTime,
): MonoTypeOperatorFunction<Tick> {
  return tap((tick) => {
    feed.advance(timeOf(tick));
  });
}
