import { bridgeHit } from './brownian-bridge.ts';
import type { FirstPassageInput } from './first-passage.ts';
import { type Random, standardNormal } from '../random.ts';
import { estimate, type SimulatedOdds, tally } from './simulated-odds.ts';

/** A path that changes its drift and volatility with a hidden state. K states, matrices row-major. */
export interface RegimeInput extends Omit<FirstPassageInput, 'drift' | 'volatility'> {
  /** K probabilities of the state of the last bar, before the path's first one. */
  stateProbability: ArrayLike<number>;
  /** K x K per bar; rows sum to one. */
  transition: ArrayLike<number>;
  /** K, log units per bar. */
  drifts: ArrayLike<number>;
  /** K, log units per square root of a bar, >= 0. */
  volatilities: ArrayLike<number>;
}

/**
 * Monte Carlo estimate of first-passage odds, one step a bar: the state of each bar is drawn along the way, its drift and volatility
 * move the price. Unbiased for any bar size: inside a step the chance of having met either barrier first is that of the Brownian
 * bridge, and it is taken as a weight, not drawn, which lowers the variance. The horizon must be finite.
 */
export function simulateRegimeFirstPassage(
  input: RegimeInput & { paths: number; random: Random },
): SimulatedOdds {
  const { up, down, horizon, paths, random, stateProbability, transition, drifts, volatilities } = input;
  if (!(paths >= 1)) throw new RangeError(`paths ${paths} must be >= 1`);
  if (!(up >= 0 && down >= 0 && horizon >= 0 && horizon < Infinity)) {
    throw new RangeError(`up ${up} and down ${down} must be >= 0, horizon ${horizon} >= 0 and finite`);
  }
  if (up === 0 || down === 0) {
    const upper = up > 0 ? 0 : down > 0 ? 1 : 0.5;
    return { up: upper, down: 1 - upper, neither: 0, standardError: paths > 1 ? 0 : null };
  }
  const width = up + down;
  const K = drifts.length;
  const sums = new Float64Array(6);
  for (let path = 0; path < paths; path++) {
    let state = drawState(stateProbability, 0, K, random);
    let toUp = up;
    let toDown = down;
    let alive = 1;
    let upper = 0;
    let lower = 0;
    for (let left = horizon; left > 0 && alive > 0; left--) {
      const step = Math.min(1, left);
      state = drawState(transition, state, K, random);
      const spread = volatilities[state]! * Math.sqrt(step);
      const move = drifts[state]! * step + spread * standardNormal(random);
      const hitUp = stepHit(toUp, toUp - move, width, spread * spread);
      const hitDown = stepHit(toDown, toDown + move, width, spread * spread);
      upper += alive * hitUp;
      lower += alive * hitDown;
      alive *= Math.max(0, 1 - hitUp - hitDown);
      toUp -= move;
      toDown += move;
    }
    tally(sums, upper, lower, 1);
  }
  return estimate(sums, paths);
}

/** Draws a state from the probabilities of row `row` of a row-major matrix of K columns. */
export function drawState(rows: ArrayLike<number>, row: number, K: number, random: Random): number {
  let left = random();
  for (let k = 0; k < K - 1; k++) {
    left -= rows[row * K + k]!;
    if (left < 0) return k;
  }
  return K - 1;
}

function stepHit(from: number, to: number, width: number, variance: number): number {
  return variance > 0 ? bridgeHit(from, to, width, variance) : Number(to <= 0);
}
