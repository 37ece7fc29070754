import { easter, madeUpFor, nthWeekday, weekdayOf } from './calendar-dates.ts';
import { sessionsByRule } from './sessions-by-rule.ts';
import { hours, type TradingCalendar } from './trading-calendar.ts';
import { newYorkZone } from './zones.ts';

const day = 86_400_000;

const full = hours([9.5, 16]);
const half = hours([9.5, 13]);

/**
 * Toronto Stock Exchange, 9:30 to 16:00 by clocks that go with New York's, until 13:00 on Christmas Eve.
 *
 * Source: https://www.tsx.com/en/trading/calendars-and-trading-hours.
 */
export const torontoCalendar: TradingCalendar = {
  zone: newYorkZone,
  hasBells: true,
  sessionsOf: sessionsByRule(full, half, (year) => {
    const christmas = madeUpFor(Date.UTC(year, 11, 25));
    const may24 = Date.UTC(year, 4, 24);
    return {
      holidays: new Set([
        madeUpFor(Date.UTC(year, 0, 1)),
        nthWeekday(year, 1, 1, 3),
        easter(year) - 2 * day,
        // Victoria Day: the Monday before 25 May.
        may24 - ((weekdayOf(may24) + 6) % 7) * day,
        madeUpFor(Date.UTC(year, 6, 1)),
        nthWeekday(year, 7, 1, 1),
        nthWeekday(year, 8, 1, 1),
        nthWeekday(year, 9, 1, 2),
        christmas,
        madeUpFor(Date.UTC(year, 11, 26), new Set([christmas])),
      ]),
      halves: new Set([Date.UTC(year, 11, 24)]),
    };
  }),
};
