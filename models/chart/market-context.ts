import { type Breakout, breakout } from './breakout.ts';
import type { CandleColumns } from '../candle-columns.ts';
import { type RangePosition, rangePosition } from './range-position.ts';
import { type Levels, supportResistance } from './support-resistance.ts';
import { type Swing, swings } from './swings.ts';
import { type Trend, trend } from './trend.ts';
import { type Volatility, volatility } from './volatility.ts';
import { volumeSurge } from './volume-surge.ts';

export interface MarketContext {
  trend: Trend;
  volatility: Volatility;
  /** Last volume over the usual; null where volume is missing, mixed or zero. */
  volumeSurge: number | null;
  /** Nearest level below and above the last close; null if the window holds none. */
  support: number | null;
  resistance: number | null;
  /** All levels, nearest first. */
  levels: Levels;
  /** The last ten, oldest first. */
  swings: Swing[];
  breakout: Breakout;
  range: RangePosition;
}

/** What a trader would read off the chart, from closed candles alone; nothing of it is fitted. Needs valid candles, at least 3. */
export function marketContext(candles: CandleColumns): MarketContext {
  const spread = volatility(candles);
  const surge = volumeSurge(candles);
  const turns = swings(candles);
  // TimeSlices within half a usual bar's movement are one level.
  const levels = supportResistance(turns, candles.close.at(-1)!, spread.perBar / 2);
  return {
    trend: trend(candles.close),
    volatility: spread,
    volumeSurge: surge,
    support: levels.supports[0]?.price ?? null,
    resistance: levels.resistances[0]?.price ?? null,
    levels,
    swings: turns.slice(-10),
    breakout: breakout(candles, surge),
    range: rangePosition(candles, spread.ratio),
  };
}
