import type { Decision, Signal } from '../../../schema/signal.ts';
import { timeframeMs } from '../../../schema/timeframe.ts';
import { openTrade, type Trade } from './outcomes.ts';

/** An issued signal that is being followed. */
export interface IssuedTrade extends Trade {
  readonly signal: Signal;
  readonly posted: boolean;
  /** Is it on the market of the live feed? Null: not known yet. */
  onFeed: boolean | null;
}

/** Did the candles of this decision come from an outside source? */
export const isPosted = (decision: Decision): boolean => decision.lineage['source'] === 'posted';

/** Was this signal given to visitors alone, of a symbol that was not configured then? */
export const isForVisitors = (signal: Signal): boolean => signal.lineage['audience'] === 'visitors';

/** The trade of a signal. `costOf` gives the cost at a price where the signal carries none; `restated`, see Trade. Throws RangeError without levels. */
export function issuedTrade(
  signal: Signal,
  costOf: (price: number) => number,
  restated?: Trade['restated'],
): IssuedTrade {
  const { id, signal_type, entry, tp, sl, close_time, expires_at, horizon_bars, timeframe, lineage } = signal;
  if (tp === null || sl === null) throw new RangeError(`signal ${id} has no levels`);
  const posted = isPosted(signal);
  const cost = lineage['cost'];
  return {
    ...openTrade({
      id,
      direction: signal_type === 'BUY' ? 1 : -1,
      entry,
      tp,
      sl,
      from: close_time,
      expiresAt: expires_at,
      ...(posted && { barsUntil: close_time + horizon_bars * timeframeMs[timeframe] }),
      cost: typeof cost === 'number' ? cost : costOf(entry),
      ...(restated && { restated }),
    }),
    signal,
    posted,
    onFeed: posted ? null : true,
  };
}

/** The trade of a reversed signal: until its reversal it had met neither level. */
export function ghostTrade(
  signal: Signal,
  costOf: (price: number) => number,
  restated?: Trade['restated'],
): IssuedTrade {
  const trade = issuedTrade(signal, costOf, restated);
  return { ...trade, judgedFrom: Math.max(trade.from, signal.outcome?.resolved_at ?? trade.from) };
}

/**
 * Is this trade on the market of the feed? Posted candles can be of another market or another day: it is if the feed's first price lies
 * between the levels. `price` null asks what is known so far.
 */
export function isOnFeed(trade: IssuedTrade, price: number | null): boolean {
  if (trade.onFeed === null && price !== null) trade.onFeed = (price - trade.sl) * (trade.tp - price) > 0;
  return trade.onFeed === true;
}
