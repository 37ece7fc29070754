import { firstPassage, type PassageOdds } from './first-passage.ts';
import type { RegimeInput } from './monte-carlo.ts';

/** Horizon up to which the classes are few enough to be counted: 861 of 40 bars in three states. */
export const MOST_CLASS_BARS = 40;
/** Classes less probable than this are left out: together below 1e-4 of all. */
const RAREST = 1e-7;

/**
 * First-passage odds of three regimes from the exact distribution of the bars spent in each: paths with the same counts have the same
 * total drift and variance, and share one closed form. Exact for zero drift and for drift proportional to variance, where only the clock
 * of the motion matters; otherwise close while the drift is small. Not sampled, and independent of `regimeLattice`.
 *
 * Horizon: whole bars, >= 1; the cost grows with its cube.
 */
export function regimeClasses(input: RegimeInput): PassageOdds {
  const { up, down, horizon, drifts, volatilities } = input;
  const counts = barsPerState(input);
  const side = horizon + 1;
  const odds = { up: 0, down: 0, neither: 0 };
  let counted = 0;
  for (let a = 0; a <= horizon; a++) {
    for (let b = 0; a + b <= horizon; b++) {
      const probability = counts[a * side + b]!;
      if (probability < RAREST) continue;
      const c = horizon - a - b;
      const drift = a * drifts[0]! + b * drifts[1]! + c * drifts[2]!;
      const variance = a * volatilities[0]! ** 2 + b * volatilities[1]! ** 2 + c * volatilities[2]! ** 2;
      const one = firstPassage({ drift, volatility: Math.sqrt(variance), up, down, horizon: 1 });
      odds.up += probability * one.up;
      odds.down += probability * one.down;
      odds.neither += probability * one.neither;
      counted += probability;
    }
  }
  return { up: odds.up / counted, down: odds.down / counted, neither: odds.neither / counted };
}

/** Probability of a bars in the first state and b in the second among the next `horizon`, at a (horizon + 1) + b. */
function barsPerState({ horizon, stateProbability: p, transition: T }: RegimeInput): Float64Array {
  const side = horizon + 1;
  // By the state of the last bar; the counts of a bar fit where those of the bar before were.
  let now = [0, 1, 2].map(() => new Float64Array(side * side)) as [Float64Array, Float64Array, Float64Array];
  let next = [0, 1, 2].map(() => new Float64Array(side * side)) as [Float64Array, Float64Array, Float64Array];
  for (let k = 0; k < 3; k++) now[k]![0] = p[k]!;
  for (let bar = 0; bar < horizon; bar++) {
    for (const counts of next) counts.fill(0);
    for (let a = 0; a <= bar; a++) {
      for (let b = 0; a + b <= bar; b++) {
        const at = a * side + b;
        const from0 = now[0][at]!;
        const from1 = now[1][at]!;
        const from2 = now[2][at]!;
        next[0][at + side]! += from0 * T[0]! + from1 * T[3]! + from2 * T[6]!;
        next[1][at + 1]! += from0 * T[1]! + from1 * T[4]! + from2 * T[7]!;
        next[2][at]! += from0 * T[2]! + from1 * T[5]! + from2 * T[8]!;
      }
    }
    [now, next] = [next, now];
  }
  return now[0].map((value, i) => value + now[1][i]! + now[2][i]!);
}
