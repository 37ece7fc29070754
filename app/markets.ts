import { type JumpLimits, jumpLimitsOf } from '../models/chart/jump-limits.ts';
import {
  isMarketOpen,
  type MarketKind,
  nextOpen,
  openMillisBetween,
} from '../models/calendar/market-hours.ts';
import { calendarOf } from '../models/calendar/trading-calendars.ts';
import { windowGrid, type WindowGrid } from '../models/calendar/window-grid.ts';
import type { Instrument } from '../schema/symbol/instrument.ts';
import { type Timeframe, timeframeMs } from '../schema/timeframe.ts';
import { createInstruments } from '../streams/provider/instruments.ts';
import type { SymbolMarket } from '../streams/symbol/symbol-actor.ts';

export interface Markets {
  readonly isOpen: (symbol: string, time: number) => boolean;
  /** Is silence a fault at that time? Not where the market is closed, or nobody knows its hours. */
  readonly owesPrices: (symbol: string, time: number) => boolean;
  readonly of: (symbol: string) => SymbolMarket;
  /** What counts as a break in its price rather than a move. */
  readonly jumpLimitsOf: (symbol: string) => JumpLimits;
  readonly gridOf: (symbol: string, timeframe: Timeframe) => WindowGrid;
  /** Does the provider cut this timeframe as our grid does? */
  readonly isProviderGrid: (symbol: string, timeframe: Timeframe) => boolean;
  /** Bars of the provider that a longer window of ours is folded from, where the provider cuts it otherwise. */
  readonly foldFrom: (symbol: string) => Timeframe;
}

/** Hours and window grids of every symbol. */
export function createMarkets({
  alignment,
  pairsNeverClose,
  instrumentOf: known = createInstruments().of,
}: {
  readonly alignment: 'utc' | 'newyork';
  /** The simulator trades pairs all week, so that the demo has something to show on a Sunday. */
  readonly pairsNeverClose: boolean;
  /** What a symbol is, as far as is known now. @default what its text alone tells */
  readonly instrumentOf?: (symbol: string) => Instrument;
}): Markets {
  const hoursOf = (symbol: string): MarketKind => {
    const { assetClass, market } = known(symbol);
    return pairsNeverClose && assetClass !== 'equity' ? 'crypto' : market;
  };
  return {
    isOpen: (symbol, time) => isMarketOpen(hoursOf(symbol), time),
    owesPrices: (symbol, time) => {
      const hours = hoursOf(symbol);
      return hours !== 'unknown' && isMarketOpen(hours, time);
    },
    jumpLimitsOf: (symbol) => jumpLimitsOf(known(symbol).assetClass),
    // Asked anew each time: the provider may say what a symbol is after its actor has begun.
    of: (symbol) => ({
      isOpen: (time) => isMarketOpen(hoursOf(symbol), time),
      openMillis: (from, to) => openMillisBetween(hoursOf(symbol), from, to),
      nextOpen: (time) => nextOpen(hoursOf(symbol), time),
    }),
    gridOf: (symbol, timeframe) => windowGrid(timeframe, { alignment, assetClass: hoursOf(symbol) }),
    isProviderGrid: (symbol, timeframe) => {
      const { assetClass, market } = known(symbol);
      // The provider dates a daily bar by its day alone, and only of crypto is that surely our UTC day.
      if (timeframe === '1day') return assetClass === 'crypto' && alignment === 'utc';
      // Whether its bars count on over a lunch break, or begin anew behind it, nobody knows.
      if (hasBreak(market)) return timeframeMs[timeframe] <= timeframeMs['30min'];
      return alignment === 'utc' || assetClass === 'equity' || timeframeMs[timeframe] < timeframeMs['2h'];
    },
    foldFrom: (symbol) => (hasBreak(known(symbol).market) ? '30min' : '1h'),
  };
}

const hasBreak = (market: MarketKind): boolean => calendarOf(market)?.hasBreak === true;
