import type { Levels } from '../chart/support-resistance.ts';

export interface TradeLevels {
  tp: number;
  sl: number;
  /** Distances from entry as shares of it. */
  reward: number;
  risk: number;
}

/** A level at most this share of a distance away from TP or SL is near. */
const NEAR = 0.15;
/** How far before (TP) or beyond (SL) a level an order is placed, as a share of the distance. */
const MARGIN = 0.02;

/**
 * Take-profit and stop around an entry. A level just short of TP brings TP in front of it, where the reward still is `minReward` times
 * the risk; a level just beyond SL takes SL behind it, and TP with it. Null where a level would not be a price.
 *
 * side: 1 for BUY, -1 for SELL. risk: distance to SL as a share of entry, > 0. multiple: reward over risk.
 */
export function tradeLevels(
  side: 1 | -1,
  entry: number,
  risk: number,
  multiple: number,
  minReward: number,
  { supports, resistances }: Levels,
): TradeLevels | null {
  const distances = (levels: Levels['supports']): number[] =>
    levels.map(({ price }) => Math.abs(price / entry - 1));
  const ahead = distances(side === 1 ? resistances : supports);
  const behind = distances(side === 1 ? supports : resistances);
  const cover = behind.find((distance) => distance >= risk && distance <= risk * (1 + NEAR));
  const stop = cover === undefined ? risk : cover + MARGIN * risk;
  const full = Math.max(multiple, minReward) * stop;
  const obstacle = ahead.find((distance) => distance <= full && distance >= full * (1 - NEAR));
  const short = obstacle === undefined ? full : obstacle - MARGIN * stop;
  const reward = short >= minReward * stop ? short : full;
  const tp = entry * (1 + side * reward);
  const sl = entry * (1 - side * stop);
  const separate = tp > 0 && sl > 0 && tp < Infinity && sl < Infinity && tp !== entry && sl !== entry;
  return separate ? { tp, sl, reward, risk: stop } : null;
}
