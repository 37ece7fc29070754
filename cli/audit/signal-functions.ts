import { analyse } from '../../models/decision/analyse.ts';
import { fitHmm } from '../../models/hmm/baum-welch.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { features } from '../../models/hmm/features.ts';
import { smoothStates } from '../../models/hmm/hmm.ts';
import { orderStates } from '../../models/hmm/order-states.ts';
import { candlesUpTo } from '../backtest/analyse-bars.ts';

/** What is decided at the close of a bar, given a series that may or may not go on after it. */
export type SignalFunction = (candles: CandleColumns, bar: number) => unknown;

/** The product's own: everything the analysis says. */
export const issued: SignalFunction = (candles, bar) => analyse(candlesUpTo(candles, bar));

/** How far the cheat looks ahead where it can. */
const AHEAD = 6;

/**
 * A deliberate cheat, of the kind that slips into research code: the state of a bar by *smoothed* probability in a window that runs on
 * past it. The audit must catch it, or it proves nothing.
 */
export const smoothed: SignalFunction = (candles, bar) => {
  const last = Math.min(candles.close.length - 1, bar + AHEAD);
  const { observations } = features(candlesUpTo(candles, last));
  const hmm = orderStates(fitHmm(observations, { states: 3, dimensions: 2, restarts: 2 }).hmm);
  const { probabilities } = smoothStates(hmm, observations);
  const row = probabilities.length - 3 * (1 + last - bar);
  return { direction: probabilities[row + 2]! > probabilities[row]! ? 'BUY' : 'SELL' };
};
