import { isWeekend, yearly } from './calendar-dates.ts';
import { closed, type Hours, type TradingCalendar } from './trading-calendar.ts';

/** Dates of a year on which an exchange stays closed, and on which it closes early; midnights as if UTC, ms. */
interface ExchangeYear {
  readonly holidays: ReadonlySet<number>;
  readonly halves: ReadonlySet<number>;
}

/** Sessions of an exchange that is closed at weekends, and whose holidays and half days follow from rules for any year. */
export function sessionsByRule(
  full: readonly Hours[],
  half: readonly Hours[],
  rules: (year: number) => ExchangeYear,
): TradingCalendar['sessionsOf'] {
  const yearOf = yearly(rules);
  return (date) => {
    if (isWeekend(date)) return closed;
    const { holidays, halves } = yearOf(date);
    if (holidays.has(date)) return closed;
    return halves.has(date) ? half : full;
  };
}
