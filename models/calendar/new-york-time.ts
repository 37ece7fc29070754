const hour = 3_600_000;
const day = 24 * hour;

/**
 * Local time in New York minus UTC, ms (−4 h in summer, −5 h in winter). United States rule since 2007: from the second
 * Sunday of March to the first Sunday of November, changing at 2:00 local time.
 */
export function newYorkOffset(time: number): number {
  if (time >= cached.from && time < cached.to) return cached.offset;
  cached = periodAt(time);
  return cached.offset;
}

/** UTC instant at which the clocks of New York show `local` (ms as if UTC); the earlier one where they show it twice. */
export function fromNewYork(local: number): number {
  const summer = local + 4 * hour;
  return newYorkOffset(summer) === -4 * hour ? summer : local + 5 * hour;
}

interface Period {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

// The last answer holds for months, and ticks come in order: no calendar arithmetic on the hot path.
let cached: Period = { from: 0, to: 0, offset: 0 };

function periodAt(time: number): Period {
  const year = new Date(time).getUTCFullYear();
  const spring = sundayOf(year, 2, 2) + 7 * hour;
  const autumn = sundayOf(year, 10, 1) + 6 * hour;
  if (time < spring) return { from: sundayOf(year - 1, 10, 1) + 6 * hour, to: spring, offset: -5 * hour };
  if (time < autumn) return { from: spring, to: autumn, offset: -4 * hour };
  return { from: autumn, to: sundayOf(year + 1, 2, 2) + 7 * hour, offset: -5 * hour };
}

/** Midnight UTC of the n-th Sunday of a month (0 to 11). */
function sundayOf(year: number, month: number, n: number): number {
  const first = Date.UTC(year, month, 1);
  const weekday = new Date(first).getUTCDay();
  return first + (((7 - weekday) % 7) + 7 * (n - 1)) * day;
}
