import { euronextCalendar } from './euronext-calendar.ts';
import { forexCalendar } from './forex-calendar.ts';
import { globexCalendar } from './globex-calendar.ts';
import { hongKongCalendar } from './hong-kong-calendar.ts';
import { indiaCalendar } from './india-calendar.ts';
import { londonCalendar } from './london-calendar.ts';
import { nyseCalendar } from './nyse-calendar.ts';
import { tokyoCalendar } from './tokyo-calendar.ts';
import { torontoCalendar } from './toronto-calendar.ts';
import type { TradingCalendar } from './trading-calendar.ts';
import { xetraCalendar } from './xetra-calendar.ts';

/** Markets whose hours are known, by name. `equity`: an exchange that nobody named, New York's then. */
export const tradingCalendars = {
  forex: forexCalendar,
  metal: globexCalendar,
  commodity: globexCalendar,
  equity: nyseCalendar,
  new_york: nyseCalendar,
  london: londonCalendar,
  xetra: xetraCalendar,
  euronext: euronextCalendar,
  toronto: torontoCalendar,
  tokyo: tokyoCalendar,
  hong_kong: hongKongCalendar,
  india: indiaCalendar,
} as const satisfies Readonly<Record<string, TradingCalendar>>;

/** Whose hours a symbol keeps. `crypto` never closes; `unknown`: nobody knows them, and it may trade at any time. */
export type MarketKind = keyof typeof tradingCalendars | 'crypto' | 'unknown';

/** The calendar of a market, or null where it has no hours. */
export const calendarOf = (kind: MarketKind): TradingCalendar | null =>
  kind === 'crypto' || kind === 'unknown' ? null : tradingCalendars[kind];
