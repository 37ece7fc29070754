import type { SpacedCandles } from '../../candles/spaced-candles.ts';

/** Index of the first minute that opens at or after a time. */
export function firstMinuteAt(minutes: SpacedCandles, time: number): number {
  let low = 0;
  let high = minutes.time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (minutes.time[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
