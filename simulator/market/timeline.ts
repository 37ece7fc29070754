import type { SchedulerLike } from 'rxjs';

/** Simulated time. It follows the clock, `speed` times as fast, from a start of its own, and can be held. */
export interface Timeline {
  /** Simulated Unix ms. */
  readonly now: () => number;
  /** Starts a held timeline; further calls do nothing. */
  readonly play: () => void;
  readonly isHeld: () => boolean;
}

export interface TimelineOptions {
  readonly clock: SchedulerLike;
  /** Simulated Unix ms at the start. @default the clock's time */
  readonly start?: number;
  /** @default 1 */
  readonly speed?: number;
  /** Stand still until `play`. @default false */
  readonly held?: boolean;
}

export function createTimeline({ clock, start, speed = 1, held = false }: TimelineOptions): Timeline {
  let origin = clock.now();
  let isHeld = held;
  const from = start ?? origin;
  return {
    now: () => (isHeld ? from : from + (clock.now() - origin) * speed),
    play: () => {
      if (!isHeld) return;
      isHeld = false;
      origin = clock.now();
    },
    isHeld: () => isHeld,
  };
}
