import { isMarketOpen, nextOpen, openMillisBetween } from '../models/calendar/market-hours.ts';
import { windowGrid, type WindowGrid } from '../models/calendar/window-grid.ts';
import { type AssetClass, assetClassOf } from '../schema/instrument.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import type { SymbolMarket } from '../streams/symbol/symbol-actor.ts';

export interface Markets {
  readonly isOpen: (assetClass: AssetClass, time: number) => boolean;
  readonly of: (symbol: string) => SymbolMarket;
  readonly gridOf: (symbol: string, timeframe: Timeframe) => WindowGrid;
  /** Does the provider cut this timeframe as our grid does? */
  readonly isProviderGrid: (symbol: string, timeframe: Timeframe) => boolean;
}

/** Hours and window grids of every symbol. */
export function createMarkets({
  alignment,
  pairsNeverClose,
}: {
  readonly alignment: 'utc' | 'newyork';
  /** The simulator trades pairs all week, so that the demo has something to show on a Sunday. */
  readonly pairsNeverClose: boolean;
}): Markets {
  const hoursOf = (assetClass: AssetClass): AssetClass =>
    pairsNeverClose && assetClass !== 'equity' ? 'crypto' : assetClass;
  return {
    isOpen: (assetClass, time) => isMarketOpen(hoursOf(assetClass), time),
    of: (symbol) => {
      const hours = hoursOf(assetClassOf(symbol));
      return {
        isOpen: (time) => isMarketOpen(hours, time),
        openMillis: (from, to) => openMillisBetween(hours, from, to),
        nextOpen: (time) => nextOpen(hours, time),
      };
    },
    gridOf: (symbol, timeframe) =>
      windowGrid(timeframe, { alignment, assetClass: hoursOf(assetClassOf(symbol)) }),
    isProviderGrid: (symbol, timeframe) => {
      const assetClass = assetClassOf(symbol);
      // The provider dates a daily bar by its day alone, and only of crypto is that surely our UTC day.
      if (timeframe === '1day') return assetClass === 'crypto' && alignment === 'utc';
      return alignment === 'utc' || assetClass === 'equity' || timeframeMs[timeframe] < timeframeMs['2h'];
    },
  };
}
