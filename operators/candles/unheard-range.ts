/** Which minutes to come were not, or not surely, heard. */
export interface UnheardRange {
  /** Adds `[from, to)` of our clock; `to` is Infinity while the feed is still away. */
  readonly add: (from: number, to: number) => void;
  /** Is a part of the minute in it? `ahead`: how far event times run ahead of our clock, ms. */
  readonly touches: (openTime: number, ahead: () => number) => boolean;
  readonly isOngoing: () => boolean;
  /** Drops what lies before `to`: its minutes are decided. */
  readonly forget: (to: number, ahead: () => number) => void;
}

/** Nothing is heard before `subscribed`, Unix ms. */
export function unheardRange(subscribed: number): UnheardRange {
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
    touches: (openTime, ahead) => openTime + 60_000 > from && (openTime < to || openTime < to + ahead()),
    isOngoing: () => ongoing,
    forget: (decided, ahead) => {
      if (ongoing || to === -Infinity || decided < to + ahead()) return;
      from = Infinity;
      to = -Infinity;
    },
  };
}
