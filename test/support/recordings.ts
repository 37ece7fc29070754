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
 * Minutes as ticks: `open_time_ms,open,high,low,close,…` lines under a header become four ticks each, open, high, low and
 * close (low first where the minute rose), 15 s apart, so that their fold is the minute again.
 */
export function ticksOfMinutes(csv: string): MarketTick[] {
  return rowsOf(csv).flatMap(([time, open, high, low, close]) => {
    const path = close! >= open! ? [open!, low!, high!, close!] : [open!, high!, low!, close!];
    return path.map((price, i) => ({ time: time! + i * 15_000, price }));
  });
}

function rowsOf(csv: string): number[][] {
  const lines = csv.trim().split('\n').slice(1);
  return lines.map((line) => line.split(',').map(Number));
}
