import { isWeekend } from './calendar-dates.ts';
import { closed, hours, type TradingCalendar } from './trading-calendar.ts';
import { newYorkZone } from './zones.ts';

const tradingDay = hours([-7, 17]);

/**
 * Foreign exchange: trading days end at 17:00 New York, Monday's begins on Sunday. The days of 25 December and 1 January do
 * not take place, from 17:00 on the eve; nothing is made up for on another day, and no country's holiday closes the market.
 */
export const forexCalendar: TradingCalendar = {
  zone: newYorkZone,
  hasBells: false,
  sessionsOf: (date) => {
    if (isWeekend(date)) return closed;
    const on = new Date(date);
    const month = on.getUTCMonth();
    const dayOfMonth = on.getUTCDate();
    const isHoliday = (month === 11 && dayOfMonth === 25) || (month === 0 && dayOfMonth === 1);
    return isHoliday ? closed : tradingDay;
  },
};
