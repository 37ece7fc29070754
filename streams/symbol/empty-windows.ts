import { windowsInReach } from '../../models/calendar/missing-windows.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

/** Windows of one symbol without a trade, as confirmed by REST, by their open times, Unix ms. */
export interface EmptyWindows {
  readonly of: (timeframe: Timeframe) => ReadonlySet<number>;
  readonly add: (timeframe: Timeframe, openTimes: readonly number[]) => void;
  /**
   * How long the market was open between two instants, ms, less the windows of that timeframe that are known to be empty: a holiday
   * that is missing from the calendar is no gap in the data.
   */
  readonly tradedMillis: (timeframe: Timeframe, from: number, to: number) => number;
}

export interface EmptyWindowsOptions {
  readonly known: ReadonlyMap<Timeframe, ReadonlySet<number>>;
  /** Closed candles that a history should hold: windows far before them are forgotten. */
  readonly historySize: number;
  readonly openMillis: (from: number, to: number) => number;
  readonly closeOf: (timeframe: Timeframe, openTime: number) => number;
}

export function createEmptyWindows(options: EmptyWindowsOptions): EmptyWindows {
  const { known, historySize, openMillis, closeOf } = options;
  const sets = new Map<Timeframe, Set<number>>();
  const setOf = (timeframe: Timeframe): Set<number> => {
    const set = sets.get(timeframe) ?? new Set(known.get(timeframe));
    sets.set(timeframe, set);
    return set;
  };
  return {
    of: setOf,
    add: (timeframe, openTimes) => {
      const set = setOf(timeframe);
      for (const openTime of openTimes) set.add(openTime);
      for (const oldest of set) {
        if (set.size <= windowsInReach(historySize)) break;
        set.delete(oldest);
      }
    },
    tradedMillis: (timeframe, from, to) => {
      let open = openMillis(from, to);
      if (open === 0) return 0;
      for (const openTime of setOf(timeframe)) {
        if (openTime < from || openTime >= to) continue;
        open -= openMillis(openTime, Math.min(to, closeOf(timeframe, openTime)));
      }
      return Math.max(0, open);
    },
  };
}
