import { easter, lastWeekday, madeUpFor, nthWeekday, weekdayUpTo } from './calendar-dates.ts';
import { sessionsByRule } from './sessions-by-rule.ts';
import { hours, type TradingCalendar } from './trading-calendar.ts';
import { europeanZone } from './zones.ts';

const day = 86_400_000;

const full = hours([8, 16.5]);
const half = hours([8, 12.5]);

/**
 * London Stock Exchange, continuous trading 8:00 to 16:30: closed on the bank holidays of England and Wales, until 12:30 on the
 * last trading days before Christmas and the New Year.
 *
 * Source: https://www.londonstockexchange.com/equities-trading/business-days and the Banking and Financial Dealings Act 1971.
 * Bank holidays proclaimed for one occasion (a coronation, a funeral) are not known here.
 */
export const londonCalendar: TradingCalendar = {
  zone: europeanZone(0),
  hasBells: true,
  sessionsOf: sessionsByRule(full, half, (year) => {
    const christmas = madeUpFor(Date.UTC(year, 11, 25));
    const holidays = new Set([
      madeUpFor(Date.UTC(year, 0, 1)),
      easter(year) - 2 * day,
      easter(year) + day,
      nthWeekday(year, 4, 1, 1),
      lastWeekday(year, 4, 1),
      lastWeekday(year, 7, 1),
      christmas,
      madeUpFor(Date.UTC(year, 11, 26), new Set([christmas])),
    ]);
    return {
      holidays,
      halves: new Set([weekdayUpTo(Date.UTC(year, 11, 24)), weekdayUpTo(Date.UTC(year, 11, 31))]),
    };
  }),
};
