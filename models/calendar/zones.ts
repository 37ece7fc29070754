import { lastWeekday } from './calendar-dates.ts';
import { fromNewYork, newYorkOffset } from './new-york-time.ts';

const hour = 3_600_000;

/** The clocks of a place. Times Unix ms; a local time is ms as if it were UTC. */
export interface Zone {
  /** Local time minus UTC, ms. */
  readonly offset: (time: number) => number;
  /** UTC instant at which the clocks show `local`; the earlier one where they show it twice. */
  readonly fromLocal: (local: number) => number;
}

export const newYorkZone: Zone = { offset: newYorkOffset, fromLocal: fromNewYork };

/** Clocks that never change; hours ahead of UTC. */
export const fixedZone = (hours: number): Zone => ({
  offset: () => hours * hour,
  fromLocal: (local) => local - hours * hour,
});

/**
 * European Union rule since 1996, and the United Kingdom's: summer time from the last Sunday of March to the last of October,
 * changing everywhere at 1:00 UTC. `hours`: standard time ahead of UTC.
 */
export function europeanZone(hours: number): Zone {
  let cached = { from: 0, to: 0, offset: 0 };
  const offset = (time: number) => {
    if (!(time >= cached.from && time < cached.to)) cached = periodAt(time, hours * hour);
    return cached.offset;
  };
  const summer = (hours + 1) * hour;
  return {
    offset,
    fromLocal: (local) => (offset(local - summer) === summer ? local - summer : local - hours * hour),
  };
}

function periodAt(time: number, standard: number): { from: number; to: number; offset: number } {
  const year = new Date(time).getUTCFullYear();
  const change = (of: number, month: number) => lastWeekday(of, month, 0) + hour;
  const [spring, autumn] = [change(year, 2), change(year, 9)];
  if (time < spring) return { from: change(year - 1, 9), to: spring, offset: standard };
  if (time < autumn) return { from: spring, to: autumn, offset: standard + hour };
  return { from: autumn, to: change(year + 1, 2), offset: standard };
}
