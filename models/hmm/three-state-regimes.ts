import { emWorkspace, type EmWorkspace } from './em-step.ts';
import { filterStates, type GaussianHmm, smoothStates } from './hmm.ts';
import { densities } from './three-state-em-step.ts';

/** Probabilities of the three states at each bar, T x 3, row-major; rows sum to one. */
export interface StatePaths {
  /** Given the bars up to it: causal. */
  filtered: Float64Array;
  /** Given all bars: for estimates, never for a decision on the bar. */
  smoothed: Float64Array;
}

/**
 * `filterStates` and `smoothStates` at once for three states and two dimensions: one pass each way and no logarithm a bar. What would
 * underflow is left to them. observations: T x 2.
 */
export function threeStateRegimes(
  hmm: GaussianHmm,
  observations: Float64Array,
  workspace: EmWorkspace = emWorkspace(observations, 3, 2, 0),
): StatePaths {
  const { density } = workspace;
  densities(hmm, workspace);
  const filtered = new Float64Array(density.length);
  const smoothed = new Float64Array(density.length);
  if (!forward(hmm, density, filtered)) {
    return {
      filtered: filterStates(hmm, observations).probabilities,
      smoothed: smoothStates(hmm, observations).probabilities,
    };
  }
  backward(hmm, density, filtered, smoothed);
  return { filtered, smoothed };
}

/** Filters, and divides each bar's densities by its scale. False where a scale is too small. */
function forward(
  { startProbability, transition: a }: GaussianHmm,
  density: Float64Array,
  filtered: Float64Array,
): boolean {
  let p0 = startProbability[0]!;
  let p1 = startProbability[1]!;
  let p2 = startProbability[2]!;
  for (let row = 0; row < density.length; row += 3) {
    const scale = p0 * density[row]! + p1 * density[row + 1]! + p2 * density[row + 2]!;
    if (!(scale > 1e-250)) return false;
    const q0 = (density[row]! /= scale);
    const q1 = (density[row + 1]! /= scale);
    const q2 = (density[row + 2]! /= scale);
    const f0 = (filtered[row] = p0 * q0);
    const f1 = (filtered[row + 1] = p1 * q1);
    const f2 = (filtered[row + 2] = p2 * q2);
    p0 = f0 * a[0]! + f1 * a[3]! + f2 * a[6]!;
    p1 = f0 * a[1]! + f1 * a[4]! + f2 * a[7]!;
    p2 = f0 * a[2]! + f1 * a[5]! + f2 * a[8]!;
  }
  return true;
}

function backward(
  { transition: a }: GaussianHmm,
  density: Float64Array,
  filtered: Float64Array,
  smoothed: Float64Array,
): void {
  let b0 = 1;
  let b1 = 1;
  let b2 = 1;
  for (let row = density.length - 3; row >= 0; row -= 3) {
    const g0 = filtered[row]! * b0;
    const g1 = filtered[row + 1]! * b1;
    const g2 = filtered[row + 2]! * b2;
    const sum = g0 + g1 + g2;
    smoothed[row] = g0 / sum;
    smoothed[row + 1] = g1 / sum;
    smoothed[row + 2] = g2 / sum;
    const q0 = density[row]! * b0;
    const q1 = density[row + 1]! * b1;
    const q2 = density[row + 2]! * b2;
    b0 = a[0]! * q0 + a[1]! * q1 + a[2]! * q2;
    b1 = a[3]! * q0 + a[4]! * q1 + a[5]! * q2;
    b2 = a[6]! * q0 + a[7]! * q1 + a[8]! * q2;
  }
}
