import { minuteMs } from '../../schema/timeframe.ts';

/** The time for which the feed was away, or may have been: its minutes are not whole. */
export interface FeedGap {
  /** Adds `[from, to)` of our clock; `to` is Infinity while the outage lasts. */
  readonly add: (from: number, to: number) => void;
  /** Is a part of the minute in it? `ahead`: how far event times run ahead of our clock, ms. */
  readonly touches: (openTime: number, ahead: () => number) => boolean;
  readonly isOngoing: () => boolean;
  /** Drops the gap once its minutes are decided: those before `to`. */
  readonly forget: (to: number, ahead: () => number) => void;
}

/** No tick arrives before `subscribed`, Unix ms. */
export function feedGap(subscribed: number): FeedGap {
  let from = -Infinity;
  let to = subscribed;
  let ongoing = false;
  return {
    add: (begin, end) => {
      from = Math.min(from, begin);
      if (ongoing || to === -Infinity) to = end;
      else to = Math.max(to, end);
      ongoing = to === Infinity;
    },
    touches: (openTime, ahead) => openTime + minuteMs > from && (openTime < to || openTime < to + ahead()),
    isOngoing: () => ongoing,
    forget: (decided, ahead) => {
      if (ongoing || to === -Infinity || decided < to + ahead()) return;
      from = Infinity;
      to = -Infinity;
    },
  };
}
