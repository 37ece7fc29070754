import { type GaussianHmm, filterStates, smoothStates } from './hmm.ts';

/** What the steps of one fit share. Owned by the fit, never by two at once. */
export interface EmWorkspace {
  /** T x D, row-major. */
  observations: Float64Array;
  /** Smallest variance a step may set. */
  varianceFloor: number;
  /** Out: share of the bars in the emptiest state of the last step. */
  occupancy: number;
  /** Scratch of the unrolled step: scaled densities and filtered probabilities, T x K each. */
  density: Float64Array;
  filtered: Float64Array;
}

export function emWorkspace(
  observations: Float64Array,
  states: number,
  dimensions: number,
  varianceFloor: number,
): EmWorkspace {
  const size = (observations.length / dimensions) * states;
  return {
    observations,
    varianceFloor,
    occupancy: 0,
    density: new Float64Array(size),
    filtered: new Float64Array(size),
  };
}

/**
 * One step of expectation-maximisation, in place, for any number of states. Returns the log-likelihood of the model *before* the step.
 * A state without bars keeps its parameters. Source: Rabiner 1989, formulas 40 and 52 to 54, with the smoother of Kim 1994.
 */
export function emStep(hmm: GaussianHmm, workspace: EmWorkspace): number {
  const { states: K, transition } = hmm;
  const { observations } = workspace;
  const { logLikelihood, probabilities: filtered } = filterStates(hmm, observations);
  const { probabilities: smoothed } = smoothStates(hmm, observations);
  const T = filtered.length / K;
  const moves = new Float64Array(K * K);
  for (let t = 1; t < T; t++) {
    for (let j = 0; j < K; j++) {
      let predicted = 0;
      for (let i = 0; i < K; i++) predicted += filtered[(t - 1) * K + i]! * transition[i * K + j]!;
      const ratio = predicted > 0 ? smoothed[t * K + j]! / predicted : 0;
      for (let i = 0; i < K; i++)
        moves[i * K + j]! += filtered[(t - 1) * K + i]! * transition[i * K + j]! * ratio;
    }
  }
  hmm.startProbability.set(smoothed.subarray(0, K));
  for (let i = 0; i < K; i++) {
    let left = 0;
    for (let j = 0; j < K; j++) left += moves[i * K + j]!;
    if (left > 0) for (let j = 0; j < K; j++) transition[i * K + j] = moves[i * K + j]! / left;
  }
  workspace.occupancy = setMoments(hmm, observations, smoothed, workspace.varianceFloor);
  return logLikelihood;
}

function setMoments(
  hmm: GaussianHmm,
  observations: Float64Array,
  weights: Float64Array,
  floor: number,
): number {
  const { states: K, dimensions: D, means, variances } = hmm;
  const T = weights.length / K;
  let occupancy = Infinity;
  for (let k = 0; k < K; k++) {
    let weight = 0;
    for (let t = 0; t < T; t++) weight += weights[t * K + k]!;
    occupancy = Math.min(occupancy, weight / T);
    if (!(weight > 0)) continue;
    for (let d = 0; d < D; d++) {
      let sum = 0;
      for (let t = 0; t < T; t++) sum += weights[t * K + k]! * observations[t * D + d]!;
      const centre = sum / weight;
      let squares = 0;
      for (let t = 0; t < T; t++) squares += weights[t * K + k]! * (observations[t * D + d]! - centre) ** 2;
      means[k * D + d] = centre;
      variances[k * D + d] = Math.max(floor, squares / weight);
    }
  }
  return occupancy;
}
