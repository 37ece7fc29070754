import { firstPassage } from '../../../models/odds/first-passage.ts';
import { drawState, type RegimeInput } from '../../../models/odds/monte-carlo.ts';
import type { Random } from '../../../models/random.ts';
import { estimate, type SimulatedOdds, tally } from '../../../models/odds/simulated-odds.ts';

/**
 * First-passage odds under regime switching by Monte Carlo over regime paths alone: a path of states fixes its total drift and
 * variance, and the closed form does the rest. Exact for zero drift and for drift proportional to variance, where only the clock of
 * the motion matters; otherwise close while the drift is small. An independent check of `regimeLattice`, not its replacement.
 *
 * Paths that visit the states equally often share one closed form. Horizon: whole bars, >= 1.
 */
export function simulateRegimeMixture(input: RegimeInput & { paths: number; random: Random }): SimulatedOdds {
  const { up, down, horizon, paths, random, stateProbability, transition, drifts, volatilities } = input;
  const K = drifts.length;
  const first = Float64Array.from({ length: K }, (_, j) => {
    let probability = 0;
    for (let i = 0; i < K; i++) probability += stateProbability[i]! * transition[i * K + j]!;
    return probability;
  });
  // Visits to each state as the digits of one number.
  const counts = new Map<number, number>();
  const digits = Float64Array.from({ length: K }, (_, k) => (horizon + 1) ** k);
  for (let path = 0; path < paths; path++) {
    let state = drawState(first, 0, K, random);
    let visits = 0;
    for (let left = horizon; left > 0;) {
      const stay = transition[state * K + state]!;
      const bars = Math.min(left, sojourn(stay, random));
      visits += bars * digits[state]!;
      left -= bars;
      if (left > 0) state = drawMove(transition, state, K, random);
    }
    counts.set(visits, (counts.get(visits) ?? 0) + 1);
  }
  const sums = new Float64Array(6);
  for (const [visits, count] of counts) {
    let drift = 0;
    let variance = 0;
    for (let k = 0, rest = visits; k < K; k++, rest = Math.floor(rest / (horizon + 1))) {
      drift += (rest % (horizon + 1)) * drifts[k]!;
      variance += (rest % (horizon + 1)) * volatilities[k]! ** 2;
    }
    const odds = firstPassage({
      drift: drift / horizon,
      volatility: Math.sqrt(variance / horizon),
      up,
      down,
      horizon,
    });
    tally(sums, odds.up, odds.down, count);
  }
  return estimate(sums, paths);
}

/** Bars in a state that keeps itself with probability `stay`: geometric, by inversion of one uniform. */
function sojourn(stay: number, random: Random): number {
  const u = 1 - random();
  if (stay <= 0) return 1;
  return stay >= 1 ? Infinity : 1 + Math.floor(Math.log(u) / Math.log(stay));
}

/** Draws the next state given that it is another one. */
function drawMove(transition: ArrayLike<number>, state: number, K: number, random: Random): number {
  let left = random() * (1 - transition[state * K + state]!);
  let last = state;
  for (let k = 0; k < K; k++) {
    const probability = transition[state * K + k]!;
    if (k === state || probability === 0) continue;
    last = k;
    left -= probability;
    if (left < 0) break;
  }
  return last;
}
