import { dateOf, isWeekend } from './calendar-dates.ts';
import { closed, hours, type TradingCalendar } from './trading-calendar.ts';
import { fixedZone } from './zones.ts';

const sessions = hours([9, 11.5], [12.5, 15.5]);

/**
 * Weekdays on which the exchange stays closed: national holidays and the days around New Year.
 *
 * Source: https://www.jpx.co.jp/english/corporate/about-jpx/calendar/ and the Cabinet Office's list of national holidays
 * (https://www8.cao.go.jp/chosei/shukujitsu/gaiyou.html), which is published each February for the year after.
 */
const closings = new Set(
  `2025-01-01 2025-01-02 2025-01-03 2025-01-13 2025-02-11 2025-02-24 2025-03-20 2025-04-29 2025-05-05 2025-05-06 2025-07-21
   2025-08-11 2025-09-15 2025-09-23 2025-10-13 2025-11-03 2025-11-24 2025-12-31
   2026-01-01 2026-01-02 2026-01-12 2026-02-11 2026-02-23 2026-03-20 2026-04-29 2026-05-04 2026-05-05 2026-05-06 2026-07-20
   2026-08-11 2026-09-21 2026-09-22 2026-09-23 2026-10-12 2026-11-03 2026-11-23 2026-12-31
   2027-01-01 2027-01-11 2027-02-11 2027-02-23 2027-03-22 2027-04-29 2027-05-03 2027-05-04 2027-05-05 2027-07-19 2027-08-11
   2027-09-20 2027-09-23 2027-10-11 2027-11-03 2027-11-23 2027-12-31`
    .split(/\s+/)
    .map(dateOf),
);

/** Tokyo Stock Exchange, 9:00 to 11:30 and 12:30 to 15:30 (until 15:00 before November 2024). */
export const tokyoCalendar: TradingCalendar = {
  zone: fixedZone(9),
  hasBells: true,
  hasBreak: true,
  knownTo: 2027,
  sessionsOf: (date) => (isWeekend(date) || closings.has(date) ? closed : sessions),
};
