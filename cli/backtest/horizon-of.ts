import { horizonEndOf } from '../../app/horizon-end-of.ts';
import { createMarkets } from '../../app/markets.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

/** End of the `bars`-th bar with market hours after a close, Unix ms. */
export type HorizonOf = (closeTime: number, bars: number) => number;

/** The horizon as the server counts it: in bars of the symbol's market, so that a weekend does not use it up. */
export function horizonOf(symbol: string, timeframe: Timeframe): HorizonOf {
  const markets = createMarkets({ alignment: 'utc', pairsNeverClose: false });
  const end = horizonEndOf(markets);
  return (closeTime, bars) => end(symbol, timeframe, closeTime, bars);
}
