import { createMarkets } from '../../../app/markets.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import type { SpacedCandles } from '../../candles/spaced-candles.ts';

/** The candles of a file, whose they are, and what is made of them. */
export interface FileMarket {
  /** Minutes, or what the file has. */
  readonly minutes: SpacedCandles;
  readonly symbol: string;
  readonly timeframe: Timeframe;
}

/** Hours and windows as a server keeps them by default. */
export const fileMarkets = createMarkets({ alignment: 'utc', pairsNeverClose: false });
