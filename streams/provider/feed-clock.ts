import {
  tap,
  VirtualAction,
  VirtualTimeScheduler,
  type MonoTypeOperatorFunction,
  type SchedulerLike,
} from 'rxjs';
import type { Tick } from '../../schema/tick.ts';

/** A Clock that stands still until it is told the time, and then runs what has become due, in order. */
export interface FeedClock {
  readonly clock: SchedulerLike;
  /** Moves on to `time`, Unix ms. What is due at that very instant waits: input of the instant comes first. Never back. */
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
 * Moves the clock with each tick, before the tick goes on. `timeOf` @default its event time; a replay that is to repeat what
 * happened takes `receivedTime`.
 */
export function driveClock(
  feed: FeedClock,
  timeOf: (tick: Tick) => number = (tick) => tick.eventTime,
): MonoTypeOperatorFunction<Tick> {
  return tap((tick) => {
    feed.advance(timeOf(tick));
  });
}
