import type { Bar } from '../../schema/candle.ts';
import { dayMs, drawDay, type Day } from './day.ts';
import { listings as everyListing, type Listing } from '../listing.ts';
import type { Market, MarketTick } from './market.ts';
import { minuteTicks, minuteTurns } from './minute-ticks.ts';

const minuteMs = 60_000;
/** Days and minutes kept in the cache: a day's columns take 70 kB, a minute's ticks about 20 kB. */
const daysKept = 96;
const minutesKept = 64;

export interface SeededMarketOptions {
  readonly seed: number;
  readonly listings?: ReadonlyMap<string, Listing>;
  readonly isOpen?: (listing: Listing, time: number) => boolean;
}

/**
 * A market that moves through calm, rising and falling regimes, drawn from a seed. Each day is drawn when first requested,
 * so months of history cost nothing until they are needed, and every start with the same seed has the same past.
 */
export function seededMarket(options: SeededMarketOptions): Market {
  const { seed, listings = everyListing, isOpen = () => true } = options;
  const days = new Map<string, Day>();
  const minuteCache = new Map<string, readonly MarketTick[]>();

  const dayOf = (listing: Listing, number: number): Day =>
    remembered(days, daysKept, `${listing.symbol} ${number}`, () =>
      drawDay(seed, listing, number, (time) => isOpen(listing, time)),
    );
  const ticksOf = (listing: Listing, openTime: number): readonly MarketTick[] =>
    remembered(minuteCache, minutesKept, `${listing.symbol} ${openTime}`, () => {
      const day = dayOf(listing, Math.floor(openTime / dayMs));
      return minuteTicks(seed, listing, day, (openTime % dayMs) / minuteMs, openTime);
    });

  return {
    listings,
    firstTime: Date.UTC(2015, 0, 1),
    isOpen: (symbol, time) => {
      const listing = listings.get(symbol);
      return listing !== undefined && isOpen(listing, time);
    },
    ticks: (symbol, from, to) => {
      const listing = listings.get(symbol);
      const found: MarketTick[] = [];
      if (listing === undefined) return found;
      for (let open = Math.floor(from / minuteMs) * minuteMs; open < to; open += minuteMs) {
        for (const tick of ticksOf(listing, open)) if (tick.time >= from && tick.time < to) found.push(tick);
      }
      return found;
    },
    turns: (symbol, from, to) => {
      const listing = listings.get(symbol);
      const found: MarketTick[] = [];
      if (listing === undefined) return found;
      for (let open = Math.ceil(from / minuteMs) * minuteMs; open < to; open += minuteMs) {
        const day = dayOf(listing, Math.floor(open / dayMs));
        found.push(...minuteTurns(seed, listing, day, (open % dayMs) / minuteMs, open));
      }
      return found;
    },
    minutes: (symbol, from, to) => {
      const listing = listings.get(symbol);
      const bars: Bar[] = [];
      if (listing === undefined) return bars;
      const end = Math.ceil(to / minuteMs) * minuteMs;
      for (let open = Math.ceil(from / minuteMs) * minuteMs; open < end;) {
        const number = Math.floor(open / dayMs);
        const day = dayOf(listing, number);
        const last = Math.min(end, (number + 1) * dayMs);
        for (; open < last; open += minuteMs) {
          const i = (open - number * dayMs) / minuteMs;
          if (day.ticks[i] !== 0) bars.push(barOf(listing, day, i, open));
        }
      }
      return bars;
    },
  };
}

function barOf(listing: Listing, day: Day, i: number, openTime: number): Bar {
  const [open, high, low, close] = [day.open[i]!, day.high[i]!, day.low[i]!, day.close[i]!];
  return listing.volumePerMinute > 0
    ? { openTime, open, high, low, close, volume: day.volume[i]! }
    : { openTime, open, high, low, close };
}

/** A cache that forgets its oldest entry when full. */
function remembered<T>(cache: Map<string, T>, limit: number, key: string, draw: () => T): T {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const drawn = draw();
  cache.set(key, drawn);
  const [oldest] = cache.keys();
  if (cache.size > limit && oldest !== undefined) cache.delete(oldest);
  return drawn;
}
