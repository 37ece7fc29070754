import type { CandleColumns } from '../candle-columns.ts';

/** The longest run of candles that only repeat the close before: without a range, at one price. `bar`: its last candle. */
export function longestStill({ high, low, close }: CandleColumns): { bar: number; size: number } {
  let [bar, size] = [0, 0];
  let run = 0;
  for (let t = 0; t < close.length; t++) {
    const isStill = high[t] === low[t] && (t === 0 || close[t] === close[t - 1]);
    run = isStill ? run + 1 : 0;
    if (run > size) [bar, size] = [t, run];
  }
  return { bar, size };
}
