import type { Candle } from '../../../schema/candle.ts';

/** A stretch of minutes known from end to end. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly bars: readonly Candle[];
}

/**
 * The stretches that stored 1min candles, oldest first, cover. The server ran until the last of them: what it stored is all there was, but
 * for the minutes it marked incomplete, which end a stretch.
 */
export function stretchesOf(minutes: readonly Candle[]): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  let bars: Candle[] = [];
  for (const minute of minutes) {
    if (minute.complete) bars.push(minute);
    else {
      stretches.push({ from, to: minute.openTime, bars });
      from = minute.closeTime;
      bars = [];
    }
  }
  const last = bars.at(-1);
  return last === undefined ? stretches : [...stretches, { from, to: last.closeTime, bars }];
}
