const day = 86_400_000;

/** A date as a calendar writes it, `2026-12-24`, as its midnight as if UTC, ms. */
export const dateOf = (text: string): number => Date.parse(`${text}T00:00:00Z`);

/** 0 Sunday to 6 Saturday. */
export const weekdayOf = (date: number): number => new Date(date).getUTCDay();

export const isWeekend = (date: number): boolean => weekdayOf(date) === 0 || weekdayOf(date) === 6;

/** Midnight of the n-th such weekday of a month (0 to 11). */
export function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  const first = Date.UTC(year, month, 1);
  return first + (((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1)) * day;
}

/** Midnight of the last such weekday of a month (0 to 11). */
export function lastWeekday(year: number, month: number, weekday: number): number {
  const last = Date.UTC(year, month + 1, 0);
  return last - ((weekdayOf(last) - weekday + 7) % 7) * day;
}

/** American rule: a Saturday moves to Friday, a Sunday to Monday. */
export function observed(date: number): number {
  const weekday = weekdayOf(date);
  if (weekday === 6) return date - day;
  return weekday === 0 ? date + day : date;
}

/** British and Canadian rule: a holiday at the weekend is made up for on the next weekday that is none of those `taken`. */
export function madeUpFor(date: number, taken: ReadonlySet<number> = new Set()): number {
  let moved = date;
  while (isWeekend(moved) || (moved !== date && taken.has(moved))) moved += day;
  return taken.has(moved) ? madeUpFor(moved + day, taken) : moved;
}

/** The last weekday up to a date, itself included. */
export function weekdayUpTo(date: number): number {
  let last = date;
  while (isWeekend(last)) last -= day;
  return last;
}

/** Easter Sunday, Gregorian: the anonymous computus (Nature, 1876). */
export function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = Math.floor((a + 11 * d + 22 * e) / 451);
  const g = d + e - 7 * f + 114;
  return Date.UTC(year, Math.floor(g / 31) - 1, (g % 31) + 1);
}

/** A year's answer, kept: dates are asked for in order. */
export function yearly<T>(make: (year: number) => T): (date: number) => T {
  let year = NaN;
  let made: T | undefined;
  return (date) => {
    const asked = new Date(date).getUTCFullYear();
    if (made === undefined || asked !== year) {
      year = asked;
      made = make(asked);
    }
    return made;
  };
}
