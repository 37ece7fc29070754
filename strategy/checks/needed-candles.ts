import { WINDOW } from '../../models/decision/known-market.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import type { Needs } from '../contract.ts';

/**
 * The shortest timeframe that a strategy takes, and how many of its candles hold all windows of the last `decisions` closes, with some to spare.
 * `longest`: own candles of the longest window to compare. @default what it needs
 */
export function neededCandles(
  { own, ...others }: Needs,
  timeframe: Timeframe,
  decisions: number,
  longest = 0,
): { readonly shortest: Timeframe; readonly bars: number } {
  const ownMs = timeframeMs[timeframe];
  const wanted = Object.entries(others) as [Timeframe, number][];
  const shortest = wanted
    .map(([other]) => other)
    .reduce((short, other) => (timeframeMs[other] < timeframeMs[short] ? other : short), timeframe);
  const spans = wanted.map(([other, count]) => (count + 1) * timeframeMs[other]);
  const history = Math.max(WINDOW * ownMs, own * ownMs, longest * ownMs, ...spans);
  return { shortest, bars: Math.ceil((history + (decisions + 10) * ownMs) / timeframeMs[shortest]) };
}
