import type { Markets } from './markets.ts';
import { horizonEnd } from '../operators/signals/outcomes/horizon-end.ts';
import type { Timeframe } from '../schema/timeframe.ts';

/** Close of the `bars`-th bar with market hours after a close of a symbol, Unix ms: a weekend does not use a horizon up. */
export const horizonEndOf =
  (markets: Pick<Markets, 'of' | 'gridOf'>) =>
  (symbol: string, timeframe: Timeframe, closeTime: number, bars: number): number => {
    const { openOf, closeOf } = markets.gridOf(symbol, timeframe);
    const { nextOpen } = markets.of(symbol);
    return horizonEnd({ openOf, closeOf, nextOpen }, closeTime, bars);
  };
