import { join } from 'node:path';
import { readCandles } from '../../cli/candles/read-candles.ts';
import type { MarketTick } from '../../simulator/market/market.ts';
import { ticksOfMinutes } from './recordings.ts';
import { needsData } from './needs.ts';

const file = join(import.meta.dirname, '../../../shared/data/btc-perp-1m-2022-01.csv.gz');

/** Skipped and named without the recordings. */
export const needsRecordings = needsData('data/btc-perp-1m-2022-01.csv.gz');

const minutes = needsRecordings.skip ? null : (await readCandles(file)).candles;

/** The first minutes of BTC/USD in January 2022, as ticks. */
export function recordedMinutes(count: number): MarketTick[] {
  if (minutes === null) throw new Error(`${file} is not there`);
  return ticksOfMinutes(minutes, count);
}

/** `time` of the open in Unix ms. */
export interface ReferenceCandle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** What the candles of these ticks must be, by brute force. `lengthMs` divides a day. */
export function referenceCandles(ticks: readonly MarketTick[], lengthMs: number): ReferenceCandle[] {
  const windows = Map.groupBy(ticks, ({ time }) => Math.floor(time / lengthMs) * lengthMs);
  return [...windows].map(([openTime, inside]) => {
    const prices = inside.map(({ price }) => price);
    return {
      time: openTime,
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
    };
  });
}
