import { sessionAt, tradingDayAt, type MarketKind } from './market-hours.ts';
import { fromNewYork, newYorkOffset } from './new-york-time.ts';
import type { TradingCalendar } from './trading-calendar.ts';
import { calendarOf } from './trading-calendars.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const lengths = {
  '1min': minute,
  '5min': 5 * minute,
  '15min': 15 * minute,
  '30min': 30 * minute,
  '1h': hour,
  '2h': 2 * hour,
  '4h': 4 * hour,
  '1day': day,
};

/** The windows of one timeframe. Every instant is in exactly one, `[openOf(t), closeOf(openOf(t)))`, Unix ms. */
export interface WindowGrid {
  readonly openOf: (time: number) => number;
  readonly closeOf: (openTime: number) => number;
  /** False outside of an exchange's session: such minutes belong to no longer candle. */
  readonly inSession: (time: number) => boolean;
}

/**
 * Where windows begin and end. `utc`: multiples of the length since 1970. `newyork`: 2h, 4h and 1day count from the 17:00
 * close in New York by its own clocks, as most MT5 brokers do, so that a window holding a clock change is an hour shorter or
 * longer. Where an exchange rings bells, windows count from the first one of a day whatever the alignment, on through a lunch
 * break, and the last of a day ends with it.
 */
export function windowGrid(
  timeframe: keyof typeof lengths,
  options: { readonly alignment: 'utc' | 'newyork'; readonly assetClass: MarketKind },
): WindowGrid {
  const length = lengths[timeframe];
  if (length === minute) return even(length);
  const calendar = calendarOf(options.assetClass);
  if (calendar?.hasBells === true) return tradingDays(length, options.assetClass, calendar);
  return options.alignment === 'newyork' && length > hour ? closeInNewYork(length) : even(length);
}

const anyTime = () => true;

function even(length: number): WindowGrid {
  return {
    openOf: (time) => Math.floor(time / length) * length,
    closeOf: (openTime) => openTime + length,
    inSession: anyTime,
  };
}

function closeInNewYork(length: number): WindowGrid {
  const shift = 7 * hour;
  const index = (time: number) => Math.floor((time + newYorkOffset(time) + shift) / length);
  return {
    openOf: (time) => fromNewYork(index(time) * length - shift),
    closeOf: (openTime) => fromNewYork((index(openTime) + 1) * length - shift),
    inSession: anyTime,
  };
}

function tradingDays(length: number, kind: MarketKind, { zone }: TradingCalendar): WindowGrid {
  const inSession = (time: number) => sessionAt(kind, time).open <= time;
  // Between two days windows go on from midnight at the exchange, cut at the bells, so that every instant has one.
  const between = (time: number) => {
    const index = Math.floor((time + zone.offset(time)) / length);
    const next = tradingDayAt(kind, time).open;
    return { from: zone.fromLocal(index * length), to: Math.min(zone.fromLocal((index + 1) * length), next) };
  };
  const openOf = (time: number) => {
    const { open } = tradingDayAt(kind, time);
    if (open <= time) return open + Math.floor((time - open) / length) * length;
    const { from } = between(time);
    const before = tradingDayAt(kind, from);
    return before.close <= time ? before.close : from;
  };
  return {
    openOf,
    closeOf: (openTime) => {
      const { open, close } = tradingDayAt(kind, openTime);
      return open <= openTime ? Math.min(openTime + length, close) : between(openTime).to;
    },
    inSession,
  };
}
