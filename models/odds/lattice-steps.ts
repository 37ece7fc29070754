import { horizonSums } from './horizon-sums.ts';

/** Where even this many steps of the least move that a grid resolves reach nothing, more bars a step are not needed. */
const ENOUGH_STEPS = 24;
/** More cost time and tell no more: a step is short beside the life of a regime. */
const MOST_STEPS = 250;

export interface LatticeSteps {
  /** Bars of the first step, at least those of each later one. */
  readonly first: number;
  readonly bars: number;
  readonly count: number;
}

/**
 * How a horizon is gone through: a bar a step, or several where the calmest state moves less a bar than the grid resolves, or where the
 * horizon is long.
 *
 * calmest: its deviation a bar, least: the least that is resolved, both in shares of the corridor. horizon: whole bars, >= 1.
 */
export function latticeSteps(calmest: number, least: number, horizon: number): LatticeSteps {
  const resolved = Math.min(Math.ceil((least / calmest) ** 2), Math.floor(horizon / ENOUGH_STEPS));
  const bars = Math.max(1, resolved, Math.ceil(horizon / MOST_STEPS));
  const count = Math.max(1, Math.floor(horizon / bars));
  return { first: horizon - bars * (count - 1), bars, count };
}

/** What the path does in one step that begins in a state. Log units, or shares of the corridor. */
export interface StepState {
  readonly drift: number;
  readonly volatility: number;
}

/**
 * The mean drift and the root of the mean variance of so many bars, by the state of the first of them: what the states do meanwhile is in
 * their mean.
 *
 * transition: K x K, row-major. drifts, volatilities: K, per bar.
 */
export function stepStates(
  transition: Float64Array,
  drifts: Float64Array,
  volatilities: Float64Array,
  bars: number,
): StepState[] {
  const variances = volatilities.map((value) => value * value);
  const driftOfRest = horizonSums(transition, drifts, bars - 1);
  const varianceOfRest = horizonSums(transition, variances, bars - 1);
  return Array.from(drifts, (drift, k) => ({
    drift: drift + driftOfRest[k]!,
    volatility: Math.sqrt(variances[k]! + varianceOfRest[k]!),
  }));
}

/** The transition matrix of so many bars, >= 1. */
export function transitionPower(transition: Float64Array, bars: number): Float64Array {
  const K = Math.sqrt(transition.length);
  let power = transition;
  for (let bar = 1; bar < bars; bar++) {
    const next = new Float64Array(K * K);
    for (let i = 0; i < K; i++)
      for (let j = 0; j < K; j++)
        for (let l = 0; l < K; l++) next[i * K + j]! += power[i * K + l]! * transition[l * K + j]!;
    power = next;
  }
  return power;
}
