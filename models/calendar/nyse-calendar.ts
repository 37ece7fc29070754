import { easter, lastWeekday, nthWeekday, observed, yearly } from './calendar-dates.ts';
import type { TradingCalendar } from './trading-calendar.ts';
import { newYorkZone } from './zones.ts';

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
  const { holidays, halves } = yearOf(date);
  if (holidays.has(date)) return null;
  return halves.has(date) ? half : full;
}

/** The New York Stock Exchange, and NASDAQ, whose days are the same. */
export const nyseCalendar: TradingCalendar = {
  zone: newYorkZone,
  hasBells: true,
  sessionsOf: (date) => {
    const hours = tradingDay(date);
    return hours === null ? [] : [hours];
  },
};

interface Year {
  readonly holidays: ReadonlySet<number>;
  readonly halves: ReadonlySet<number>;
}

const yearOf = yearly((year): Year => {
  const thanksgiving = nthWeekday(year, 10, 4, 4);
  const independence = Date.UTC(year, 6, 4);
  const holidays = new Set([
    nthWeekday(year, 0, 1, 3),
    nthWeekday(year, 1, 1, 3),
    easter(year) - 2 * day,
    lastWeekday(year, 4, 1),
    observed(independence),
    nthWeekday(year, 8, 1, 1),
    thanksgiving,
    observed(Date.UTC(year, 11, 25)),
  ]);
  if (year >= 2022) holidays.add(observed(Date.UTC(year, 5, 19)));
  // A New Year's Day on a Saturday is not made up for on the Friday before: it would fall into the old year.
  const newYear = Date.UTC(year, 0, 1);
  if (new Date(newYear).getUTCDay() !== 6) holidays.add(observed(newYear));
  return { holidays, halves: new Set([thanksgiving + day, independence - day, Date.UTC(year, 11, 24)]) };
});
