import { easter, weekdayUpTo } from './calendar-dates.ts';
import { sessionsByRule } from './sessions-by-rule.ts';
import { hours, type TradingCalendar } from './trading-calendar.ts';
import { europeanZone } from './zones.ts';

const day = 86_400_000;

const full = hours([9, 17.5]);
const half = hours([9, 14]);

/**
 * Xetra in Frankfurt, continuous trading 9:00 to 17:30, until 14:00 on the last trading day of a year.
 *
 * Source: https://www.xetra.com/xetra-en/trading/trading-calendar-and-trading-hours: closed on New Year's Day, Good Friday,
 * Easter Monday, 1 May, 24, 25, 26 and 31 December (so since 2022; Whit Monday and 3 October are trading days).
 */
export const xetraCalendar: TradingCalendar = {
  zone: europeanZone(1),
  hasBells: true,
  sessionsOf: sessionsByRule(full, half, (year) => ({
    holidays: new Set([
      Date.UTC(year, 0, 1),
      easter(year) - 2 * day,
      easter(year) + day,
      Date.UTC(year, 4, 1),
      Date.UTC(year, 11, 24),
      Date.UTC(year, 11, 25),
      Date.UTC(year, 11, 26),
      Date.UTC(year, 11, 31),
    ]),
    halves: new Set([weekdayUpTo(Date.UTC(year, 11, 30))]),
  })),
};
