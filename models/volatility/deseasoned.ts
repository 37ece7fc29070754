import type { CandleColumns } from '../candle-columns.ts';
import { seasonalVariance } from './seasonal-variance.ts';
import type { VolatilityProfile } from './volatility-profile.ts';

/**
 * The candles as they would be if volatility had no time of day: each bar's moves from the close before it are divided by the deviation
 * that is usual at its hour by the profile. The first close stays; the prices after it are those of another path, good for returns and
 * ranges alone. Needs valid candles.
 */
export function deseasoned(candles: CandleColumns, profile: VolatilityProfile): CandleColumns {
  const { time, close } = candles;
  const bars = close.length;
  const [open, high, low, last] = Array.from({ length: 4 }, () => new Float64Array(bars)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let before = Math.log(close[0]!);
  let path = before;
  for (let t = 0; t < bars; t++) {
    const shrink = 1 / Math.sqrt(seasonalVariance(profile, time[t]!));
    const moved = (price: number): number => Math.exp(path + (Math.log(price) - before) * shrink);
    open[t] = moved(candles.open[t]!);
    high[t] = moved(candles.high[t]!);
    low[t] = moved(candles.low[t]!);
    last[t] = moved(close[t]!);
    const now = Math.log(close[t]!);
    path += (now - before) * shrink;
    before = now;
  }
  return { ...candles, open, high, low, close: last };
}
