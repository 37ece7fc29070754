import type { CandleColumns } from '../../models/candle-columns.ts';
import type { MarketTick } from '../../simulator/market/market.ts';

/** Quotes as ticks: `timestamp_ms,bid,ask` lines under a header; the price is the mid, rounded to the quotes' decimals + 1. */
export function ticksOfQuotes(csv: string): MarketTick[] {
  return rowsOf(csv).map(([time, bid, ask]) => ({
    time: time!,
    price: Math.round(((bid! + ask!) / 2) * 1e6) / 1e6,
    bid: bid!,
    ask: ask!,
  }));
}

/**
 * The first minutes as ticks: each becomes four, open, high, low and close (low first where the minute rose), 15 s apart, so that their
 * fold is the minute again.
 */
export function ticksOfMinutes({ time, open, high, low, close }: CandleColumns, count: number): MarketTick[] {
  return Array.from(time.subarray(0, count), (at, i) => {
    const extremes = close[i]! >= open[i]! ? [low[i]!, high[i]!] : [high[i]!, low[i]!];
    return [open[i]!, ...extremes, close[i]!].map((price, k) => ({ time: at + k * 15_000, price }));
  }).flat();
}

function rowsOf(csv: string): number[][] {
  const lines = csv.trim().split('\n').slice(1);
  return lines.map((line) => line.split(',').map(Number));
}
