import { dateOf, isWeekend } from './calendar-dates.ts';
import { closed, hours, type Hours, type TradingCalendar } from './trading-calendar.ts';
import { fixedZone } from './zones.ts';

const full = hours([9.25, 15.5]);

/**
 * Weekdays on which the exchanges stay closed.
 *
 * Source: https://www.nseindia.com/resources/exchange-communication-holidays, circulars "Trading holidays for the calendar year"
 * of the equity segment, each published in the December before: 2027 was not known when this was written. 15 January 2026 was
 * added for the municipal elections in Maharashtra.
 */
const closings = new Set(
  `2025-02-26 2025-03-14 2025-03-31 2025-04-10 2025-04-14 2025-04-18 2025-05-01 2025-08-15 2025-08-27 2025-10-02 2025-10-21
   2025-10-22 2025-11-05 2025-12-25
   2026-01-15 2026-01-26 2026-03-03 2026-03-26 2026-03-31 2026-04-03 2026-04-14 2026-05-01 2026-05-28 2026-06-26 2026-09-14
   2026-10-02 2026-10-20 2026-11-10 2026-11-24 2026-12-25`
    .split(/\s+/)
    .map(dateOf),
);

/** Sessions on days that would have none: the budget's, each on a weekend, and the hour of Diwali. */
const special: ReadonlyMap<number, readonly Hours[]> = new Map([
  [dateOf('2025-02-01'), full],
  [dateOf('2025-10-21'), hours([13.75, 14.75])],
  [dateOf('2026-02-01'), full],
]);

/**
 * National Stock Exchange of India and BSE, 9:15 to 15:30. In years that the list does not hold, the national holidays alone are
 * known, and every other weekday counts as open.
 */
export const indiaCalendar: TradingCalendar = {
  zone: fixedZone(5.5),
  hasBells: true,
  knownTo: 2026,
  sessionsOf: (date) =>
    special.get(date) ?? (isWeekend(date) || closings.has(date) || isNational(date) ? closed : full),
};

/** Republic Day, Maharashtra Day, Independence Day, Gandhi's birthday and Christmas, of every year. */
function isNational(date: number): boolean {
  const on = new Date(date);
  return ['0-26', '4-1', '7-15', '9-2', '11-25'].includes(`${on.getUTCMonth()}-${on.getUTCDate()}`);
}
