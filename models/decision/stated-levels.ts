import type { Levels } from '../chart/support-resistance.ts';
import { type TradeLevels, tradeLevels } from './trade-levels.ts';

/** What a rule says of its levels: prices, or nothing. */
interface Stated {
  readonly stop?: number | undefined;
  readonly target?: number | undefined;
  /** Distance to the default stop as a share of the entry, > 0: asked for where one is needed. */
  readonly toStop: () => number;
  /** Distance to the default target in distances to the stop, and the least of it. */
  readonly rewardMultiple: number;
  readonly minReward: number;
}

/** A level this close to the entry, as a share of it, is none: no market quotes such a step. */
const LEAST = 1e-7;

/**
 * The levels of a trade: those that were stated, the others by `tradeLevels`; a target for a stated stop in distances to it. Null where one
 * would not be a price apart from the entry, on its side. side: 1 for BUY, -1 for SELL. chart: asked for where a level is not stated.
 */
export function statedLevels(
  side: 1 | -1,
  entry: number,
  stated: Stated,
  chart: () => Levels,
): TradeLevels | null {
  const { stop, target, toStop, rewardMultiple, minReward } = stated;
  const usual = () => tradeLevels(side, entry, toStop(), rewardMultiple, minReward, chart());
  if (stop === undefined && target === undefined) return usual();
  const sl = stop ?? usual()?.sl;
  if (sl === undefined) return null;
  const risk = side * (1 - sl / entry);
  const multiple = Math.max(rewardMultiple, minReward);
  const tp = target ?? entry * (1 + side * multiple * risk);
  const reward = target === undefined ? multiple * risk : side * (tp / entry - 1);
  const isApart = risk > LEAST && reward > LEAST && sl > 0 && tp > 0 && sl < Infinity && tp < Infinity;
  return isApart ? { tp, sl, reward, risk } : null;
}
