import { recentCount, type RecentCount } from './health/recent-count.ts';

/** What the server is there for. */
export const deeds = ['tick', 'rest', 'decision', 'enqueue', 'delivery'] as const;
type Deed = (typeof deeds)[number];

/** What was last achieved, by the monotonic clock: health follows it, whatever services answer to a PING. */
export interface Achieved {
  readonly did: (deed: Deed) => void;
  /** Since it was last done, ms; undefined: not since the start. */
  readonly ageMs: (deed: Deed) => number | undefined;
  /** Ticks of the last minute: `accepted`, and what they were rejected for. */
  readonly ticks: RecentCount;
  /** Answers of the provider's REST that were of no use, since the last good one. */
  readonly rest: { failures: number; lastFailure: string | undefined };
  /** A close that an analysis is due for. Times Unix ms of the market. */
  readonly due: (close: Close) => void;
  /** A decision of a close: nothing is due for it and those before it. */
  readonly decided: (close: Close) => void;
  /** The close that has waited longest for its decision. */
  readonly oldestDue: () => (Close & { readonly waitMs: number }) | undefined;
}

interface Close {
  readonly symbol: string;
  readonly timeframe: string;
  readonly closeTime: number;
}

/** `now`: monotonic, ms. */
export function createAchieved(now: () => number = () => performance.now()): Achieved {
  const done = new Map<Deed, number>();
  const due = new Map<string, { readonly close: Close; readonly since: number }>();
  const keyOf = ({ symbol, timeframe }: Close) => `${symbol} ${timeframe}`;
  return {
    did: (deed) => void done.set(deed, now()),
    ageMs: (deed) => {
      const at = done.get(deed);
      return at === undefined ? undefined : now() - at;
    },
    ticks: recentCount(now),
    rest: { failures: 0, lastFailure: undefined },
    due: (close) => {
      // An older one of the same symbol and timeframe waits no longer alone: what hinders it hinders this one.
      const since = due.get(keyOf(close))?.since ?? now();
      due.set(keyOf(close), { close, since });
    },
    decided: (close) => {
      done.set('decision', now());
      const waiting = due.get(keyOf(close));
      if (waiting !== undefined && waiting.close.closeTime <= close.closeTime) due.delete(keyOf(close));
    },
    oldestDue: () => {
      const [oldest] = [...due.values()].sort((a, b) => a.since - b.since);
      return oldest === undefined ? undefined : { ...oldest.close, waitMs: now() - oldest.since };
    },
  };
}
