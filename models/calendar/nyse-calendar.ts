const day = 86_400_000;
const hour = 3_600_000;

/** What the New York Stock Exchange does on a date: open 9:30, close 16:00 or 13:00, or null where it does not open. */
export interface TradingDay {
  /** Local time of day, ms. */
  readonly open: number;
  readonly close: number;
}

const full: TradingDay = { open: 9.5 * hour, close: 16 * hour };
const half: TradingDay = { open: 9.5 * hour, close: 13 * hour };

/**
 * Regular sessions of the NYSE by its rule 7.2; `date` is a date's midnight as if UTC, ms. Closings that were
 * announced for one occasion (a state funeral, a storm) are not known here.
 */
export function tradingDay(date: number): TradingDay | null {
  const weekday = new Date(date).getUTCDay();
  if (weekday === 0 || weekday === 6) return null;
  const { holidays, halves } = yearOf(new Date(date).getUTCFullYear());
  if (holidays.has(date)) return null;
  return halves.has(date) ? half : full;
}

interface Year {
  readonly holidays: ReadonlySet<number>;
  readonly halves: ReadonlySet<number>;
}

let cachedYear = NaN;
let cached: Year = { holidays: new Set(), halves: new Set() };

function yearOf(year: number): Year {
  if (year === cachedYear) return cached;
  const thanksgiving = nthWeekday(year, 10, 4, 4);
  const independence = Date.UTC(year, 6, 4);
  const holidays = new Set([
    nthWeekday(year, 0, 1, 3),
    nthWeekday(year, 1, 1, 3),
    easter(year) - 2 * day,
    lastMonday(year, 4),
    observed(independence),
    nthWeekday(year, 8, 1, 1),
    thanksgiving,
    observed(Date.UTC(year, 11, 25)),
  ]);
  if (year >= 2022) holidays.add(observed(Date.UTC(year, 5, 19)));
  // A New Year's Day on a Saturday is not made up for on the Friday before: it would fall into the old year.
  const newYear = Date.UTC(year, 0, 1);
  if (new Date(newYear).getUTCDay() !== 6) holidays.add(observed(newYear));
  const halves = new Set([thanksgiving + day, independence - day, Date.UTC(year, 11, 24)]);
  cachedYear = year;
  cached = { holidays, halves };
  return cached;
}

/** Saturday moves to Friday, Sunday to Monday. */
function observed(date: number): number {
  const weekday = new Date(date).getUTCDay();
  if (weekday === 6) return date - day;
  return weekday === 0 ? date + day : date;
}

function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  const first = Date.UTC(year, month, 1);
  return first + (((weekday - new Date(first).getUTCDay() + 7) % 7) + 7 * (n - 1)) * day;
}

function lastMonday(year: number, month: number): number {
  const last = Date.UTC(year, month + 1, 0);
  return last - ((new Date(last).getUTCDay() + 6) % 7) * day;
}

/** Easter Sunday, Gregorian: the anonymous computus (Nature, 1876). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - d - (c % 4)) % 7;
  const f = Math.floor((a + 11 * d + 22 * e) / 451);
  const g = d + e - 7 * f + 114;
  return Date.UTC(year, Math.floor(g / 31) - 1, (g % 31) + 1);
}
