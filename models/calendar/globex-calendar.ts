import { easter, isWeekend, lastWeekday, nthWeekday, observed, yearly } from './calendar-dates.ts';
import { closed, hours, type TradingCalendar } from './trading-calendar.ts';
import { newYorkZone } from './zones.ts';

const day = 86_400_000;

const whole = hours([-6, 17]);
const halted = hours([-6, 14.5]);
const early = hours([-6, 13.75]);

/**
 * Metals and energy as CME Globex (COMEX, NYMEX) trades them, which spot quotes follow: Sunday 18:00 to Friday 17:00 New York
 * with a pause from 17:00 to 18:00 each day. Closed on Good Friday, Christmas and New Year's Day. On the other holidays of the
 * United States trading halts at 14:30 (13:30 Chicago) until the evening, and it ends at 13:45 on the day after Thanksgiving
 * and on Christmas Eve.
 *
 * Source: CME Group's holiday calendar, metals and energy, https://www.cmegroup.com/trading-hours.html (as of 2026; halts were
 * at 13:00 New York in earlier years).
 */
export const globexCalendar: TradingCalendar = {
  zone: newYorkZone,
  hasBells: false,
  sessionsOf: (date) => {
    if (isWeekend(date)) return closed;
    const { closings, halts, earlies } = yearOf(date);
    if (closings.has(date)) return closed;
    if (halts.has(date)) return halted;
    return earlies.has(date) ? early : whole;
  },
};

const yearOf = yearly((year) => {
  const thanksgiving = nthWeekday(year, 10, 4, 4);
  const newYear = Date.UTC(year, 0, 1);
  const closings = new Set([easter(year) - 2 * day, observed(Date.UTC(year, 11, 25))]);
  if (new Date(newYear).getUTCDay() !== 6) closings.add(observed(newYear));
  const halts = new Set([
    nthWeekday(year, 0, 1, 3),
    nthWeekday(year, 1, 1, 3),
    lastWeekday(year, 4, 1),
    observed(Date.UTC(year, 5, 19)),
    observed(Date.UTC(year, 6, 4)),
    nthWeekday(year, 8, 1, 1),
    thanksgiving,
  ]);
  return { closings, halts, earlies: new Set([thanksgiving + day, Date.UTC(year, 11, 24)]) };
});
