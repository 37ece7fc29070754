/** The windows of one timeframe. Times in Unix ms; `openOf` gives the open of the window that holds a time. */
export interface Grid {
  readonly openOf: (time: number) => number;
  readonly closeOf: (openTime: number) => number;
  /** Does an exchange trade at that time? @default always */
  readonly inSession?: (time: number) => boolean;
}

export interface MissingWindows {
  /** Open of the oldest missing window and close of the newest, ms. */
  readonly from: number;
  readonly to: number;
  /** Opens of the missing windows, oldest first. */
  readonly openTimes: readonly number[];
}

/**
 * Which of the last `count` closed windows a history lacks, or null where it lacks none. A window in which
 * the market never trades is not one of them, nor is one that is known to be empty.
 *
 * `now` decides which windows are closed, and one that closed after `decidedTo` is not missed yet; `tradedMillis(from, to)` is the market's open time between two times.
 */
export function missingWindows(options: {
  readonly grid: Grid;
  readonly tradedMillis: (from: number, to: number) => number;
  readonly now: number;
  /** @default now */
  readonly decidedTo?: number;
  readonly count: number;
  readonly have: ReadonlySet<number>;
  readonly empty: ReadonlySet<number>;
}): MissingWindows | null {
  const { grid, tradedMillis, now, decidedTo = now, count, have, empty } = options;
  const openTimes: number[] = [];
  let found = 0;
  let close = grid.openOf(now);
  for (let step = 0; found < count && step < windowsInReach(count); step++) {
    const open = grid.openOf(close - 1);
    if (have.has(open) || close > decidedTo) {
      found++;
    } else if (!empty.has(open) && tradedMillis(open, close) > 0) {
      found++;
      openTimes.push(open);
    }
    close = open;
  }
  openTimes.reverse();
  const [oldest] = openTimes;
  const newest = openTimes.at(-1);
  if (oldest === undefined || newest === undefined) return null;
  return { from: oldest, to: grid.closeOf(newest), openTimes };
}

/** How many windows back `count` of them are looked for: an equity's minutes are mostly closed, yet not searched for ever. */
export const windowsInReach = (count: number): number => count * 12 + 6000;
