import { dateOf, isWeekend } from './calendar-dates.ts';
import { closed, hours, type TradingCalendar } from './trading-calendar.ts';
import { fixedZone } from './zones.ts';

const full = hours([9.5, 12], [13, 16]);
const half = hours([9.5, 12]);

const datesOf = (text: string) => new Set(text.split(/\s+/).map(dateOf));

/**
 * Weekdays on which the exchange stays closed, and those without an afternoon (the eves of the Lunar New Year, of Christmas
 * and of the New Year).
 *
 * Source: https://www.hkex.com.hk/Services/Trading/Securities/Overview/Trading-Calendar-and-Holiday-Schedule and the general
 * holidays gazetted by the government (https://www.gov.hk/en/about/abouthk/holiday/).
 */
const closings = datesOf(
  `2025-01-01 2025-01-29 2025-01-30 2025-01-31 2025-04-04 2025-04-18 2025-04-21 2025-05-01 2025-05-05 2025-07-01 2025-10-01
   2025-10-07 2025-10-29 2025-12-25 2025-12-26
   2026-01-01 2026-02-17 2026-02-18 2026-02-19 2026-04-03 2026-04-06 2026-04-07 2026-05-01 2026-05-25 2026-06-19 2026-07-01
   2026-10-01 2026-10-19 2026-12-25
   2027-01-01 2027-02-08 2027-02-09 2027-03-26 2027-03-29 2027-04-05 2027-05-13 2027-06-09 2027-07-01 2027-09-16 2027-10-01
   2027-10-08 2027-12-27`,
);
const halves = datesOf(
  '2025-01-28 2025-12-24 2025-12-31 2026-02-16 2026-12-24 2026-12-31 2027-02-05 2027-12-24 2027-12-31',
);

/** Hong Kong Exchanges, 9:30 to 12:00 and 13:00 to 16:00. It trades through typhoons since September 2024. */
export const hongKongCalendar: TradingCalendar = {
  zone: fixedZone(8),
  hasBells: true,
  hasBreak: true,
  knownTo: 2027,
  sessionsOf: (date) => {
    if (isWeekend(date) || closings.has(date)) return closed;
    return halves.has(date) ? half : full;
  },
};
