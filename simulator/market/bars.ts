import type { Bar } from '../../schema/candle.ts';
import type { Faults } from '../faults.ts';
import { foldTicks, type Market } from './market.ts';

/** The provider's intervals, in minutes; without weeks and months. */
export const intervalMinutes: Readonly<Record<string, number>> = {
  '1min': 1,
  '5min': 5,
  '15min': 15,
  '30min': 30,
  '45min': 45,
  '1h': 60,
  '2h': 120,
  '4h': 240,
  '8h': 480,
  '1day': 1440,
};

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

export interface BarsQuery {
  readonly symbol: string;
  readonly minutes: number;
  /** Most bars, the newest ones. */
  readonly limit: number;
  /** Opens of `[from, to]`, Unix ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/**
 * Bars as REST returns them, oldest first: folded from whole minutes, and the newest from the ticks so far. Equities are
 * aligned to their session's open, everything else to UTC.
 */
export function barsOf(market: Market, query: BarsQuery, now: number, faults: Faults['rest']): Bar[] {
  const { symbol, minutes, limit } = query;
  const end = Math.min(now, query.to === undefined ? now : query.to + minutes * minuteMs);
  const isEquity = market.listings.get(symbol)?.assetClass === 'equity' && minutes > 30;
  const found: Bar[] = [];
  let to = end;
  // Backwards in strides until there are enough: closed hours reduce the number of bars by an unknown factor.
  const strideMs = Math.min(limit + 1, 2_000) * minutes * minuteMs;
  for (let stride = 0; stride < 40 && to > Math.max(market.firstTime, query.from ?? 0); stride++) {
    const earliest = Math.max(to - strideMs, query.from ?? 0, market.firstTime - minutes * minuteMs);
    // A stride of an equity begins at a midnight, so that every session in it is whole.
    const start = floorTo(earliest, isEquity ? dayMs : minutes * minuteMs);
    const bars = fold(minutesUntil(market, symbol, start, to, faults), minutes, isEquity);
    found.unshift(...bars);
    to = start;
    if (found.length > limit) break;
  }
  const wanted = found.filter(
    (bar) => bar.openTime >= (query.from ?? 0) && bar.openTime <= (query.to ?? now),
  );
  return wanted.slice(-limit);
}

function minutesUntil(
  market: Market,
  symbol: string,
  from: number,
  to: number,
  faults: Faults['rest'],
): Bar[] {
  const lastMinute = floorTo(to, minuteMs);
  const bars = [...market.minutes(symbol, from, lastMinute)];
  const forming = to > lastMinute && foldTicks(lastMinute, market.ticks(symbol, lastMinute, to));
  if (forming) bars.push(withVolume(forming, market, symbol));
  return faults.missingMinutes.size === 0
    ? bars
    : bars.filter((bar) => !faults.missingMinutes.has(bar.openTime));
}

/** Gives the forming minute of a market with volume a volume too: the whole minute's, since no client checks the amount. */
function withVolume(bar: Bar, market: Market, symbol: string): Bar {
  const [whole] = market.minutes(symbol, bar.openTime, bar.openTime + 1);
  return whole?.volume === undefined ? bar : { ...bar, volume: whole.volume };
}

function fold(minutes: readonly Bar[], length: number, isEquity: boolean): Bar[] {
  if (length === 1) return [...minutes];
  const bars: Bar[] = [];
  let current: { -readonly [K in keyof Bar]: Bar[K] } | undefined;
  let sessionOpen = 0;
  let previous = -Infinity;
  for (const bar of minutes) {
    if (bar.openTime - previous > 2 * 60 * minuteMs) sessionOpen = bar.openTime;
    previous = bar.openTime;
    const origin = isEquity ? sessionOpen : 0;
    const openTime = origin + floorTo(bar.openTime - origin, length * minuteMs);
    if (current?.openTime !== openTime) {
      current = { ...bar, openTime };
      bars.push(current);
      continue;
    }
    current.high = Math.max(current.high, bar.high);
    current.low = Math.min(current.low, bar.low);
    current.close = bar.close;
    if (bar.volume !== undefined) current.volume = (current.volume ?? 0) + bar.volume;
  }
  return bars;
}

function floorTo(time: number, step: number): number {
  return Math.floor(time / step) * step;
}
