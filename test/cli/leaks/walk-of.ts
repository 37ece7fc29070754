import { aggregateCandles } from '../../../cli/aggregate-candles.ts';
import type { Walk } from '../../../cli/audit/walk.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { timeframeMs } from '../../../schema/timeframe.ts';

/** Bars of a rule's window. */
export const WINDOW = 20;
/** How far the cheats look ahead. */
export const AHEAD = 6;

/** What a rule is shown at the close of a bar: the last candles, as views, and the close of the bar, Unix ms. */
export type Rule = (view: CandleColumns, at: number) => unknown;

/** The walk of a rule that is asked bar by bar, as the product's analysis is. */
export function walkOf(rule: Rule): Walk {
  return ({ minutes, timeframe }) => {
    const barMs = timeframeMs[timeframe];
    const candles = aggregateCandles(minutes, barMs);
    return Array.from({ length: Math.max(0, candles.close.length - WINDOW + 1) }, (_, i) => {
      const at = candles.time[i + WINDOW - 1]! + barMs;
      return { at, what: { decision: rule(viewOf(candles, i), at) } };
    });
  };
}

function viewOf(
  { time, open, high, low, close, volume, volumeKind }: CandleColumns,
  from: number,
): CandleColumns {
  const view = (column: Float64Array): Float64Array => column.subarray(from, from + WINDOW);
  return {
    time: view(time),
    open: view(open),
    high: view(high),
    low: view(low),
    close: view(close),
    volume: view(volume),
    volumeKind,
  };
}

/** An honest rule: the last close against the window's mean. */
export const honest: Rule = ({ close }) => {
  const mean = close.reduce((sum, value) => sum + value, 0) / close.length;
  return { direction: close.at(-1)! > mean ? 'BUY' : 'SELL', score: close.at(-1)! / mean };
};

/** BUY or SELL by a price of the future, where there is one; nothing else shows. */
export const byFuture = (view: CandleColumns, future: number | undefined): unknown =>
  future === undefined ? honest(view, 0) : { direction: future > view.close.at(-1)! ? 'BUY' : 'SELL' };
