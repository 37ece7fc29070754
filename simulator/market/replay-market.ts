import type { Bar } from '../../schema/candle.ts';
import { listings as known, type Listing, unlisted } from '../listing.ts';
import { foldTicks, type Market, type MarketTick } from './market.ts';

const minuteMs = 60_000;

/** A market made of recorded ticks, by the provider's symbol, with no data before or after them. */
export function replayMarket(recorded: ReadonlyMap<string, readonly MarketTick[]>): Market {
  const sorted = new Map(
    [...recorded].map(([symbol, ticks]) => [symbol, ticks.toSorted((a, b) => a.time - b.time)] as const),
  );
  const firstTime = Math.min(...[...sorted.values()].map((ticks) => ticks[0]?.time ?? Infinity));
  const between = (symbol: string, from: number, to: number) => {
    const ticks = sorted.get(symbol) ?? [];
    return ticks.slice(indexAt(ticks, from), indexAt(ticks, to));
  };
  return {
    listings: new Map([...sorted.keys()].map((symbol) => [symbol, listingOf(symbol)])),
    firstTime,
    isOpen: (symbol) => sorted.has(symbol),
    ticks: between,
    turns: between,
    minutes: (symbol, from, to) => {
      const start = Math.ceil(Math.max(from, firstTime - minuteMs) / minuteMs) * minuteMs;
      const bars: Bar[] = [];
      const ticks = between(symbol, start, Math.ceil(to / minuteMs) * minuteMs);
      for (let first = 0; first < ticks.length;) {
        const openTime = Math.floor(ticks[first]!.time / minuteMs) * minuteMs;
        let end = first;
        while (end < ticks.length && ticks[end]!.time < openTime + minuteMs) end++;
        const bar = foldTicks(openTime, ticks.slice(first, end));
        if (bar !== undefined && openTime < to) bars.push(bar);
        first = end;
      }
      return bars;
    },
  };
}

/** First index at or after the time. */
function indexAt(ticks: readonly MarketTick[], time: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ticks[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

const listingOf = (symbol: string): Listing => known.get(symbol) ?? unlisted(symbol);
