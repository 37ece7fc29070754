import { easter } from './calendar-dates.ts';
import { sessionsByRule } from './sessions-by-rule.ts';
import { hours, type TradingCalendar } from './trading-calendar.ts';
import { europeanZone } from './zones.ts';

const day = 86_400_000;

const full = hours([9, 17.5]);
const half = hours([9, 14 + 5 / 60]);

/**
 * Euronext in Paris, Amsterdam and Brussels, and in Lisbon, whose clocks are an hour behind and whose bells ring at the same
 * instants: continuous trading 9:00 to 17:30 in Paris, until 14:05 on 24 and 31 December.
 *
 * Source: https://www.euronext.com/en/trade/trading-hours-holidays: closed on New Year's Day, Good Friday, Easter Monday, 1 May,
 * 25 and 26 December. Dublin, Milan and Oslo have days of their own and are not meant here.
 */
export const euronextCalendar: TradingCalendar = {
  zone: europeanZone(1),
  hasBells: true,
  sessionsOf: sessionsByRule(full, half, (year) => ({
    holidays: new Set([
      Date.UTC(year, 0, 1),
      easter(year) - 2 * day,
      easter(year) + day,
      Date.UTC(year, 4, 1),
      Date.UTC(year, 11, 25),
      Date.UTC(year, 11, 26),
    ]),
    halves: new Set([Date.UTC(year, 11, 24), Date.UTC(year, 11, 31)]),
  })),
};
