/** A hidden Markov model with one diagonal Gaussian a state. K = states, D = dimensions; matrices are row-major. */
export interface GaussianHmm {
  states: number;
  dimensions: number;
  /** K probabilities of the first bar's state. */
  startProbability: Float64Array;
  /** K x K, row = from, column = to; rows sum to one. */
  transition: Float64Array;
  /** K x D, in the observations' units. */
  means: Float64Array;
  /** K x D, > 0, in squared units. */
  variances: Float64Array;
}

export interface StateProbabilities {
  /** ln p(observations), nats. */
  logLikelihood: number;
  /** T x K, row-major; rows sum to one. */
  probabilities: Float64Array;
}

/**
 * Filtered probabilities P(state at t | observations up to t). Causal: row t never changes when later bars arrive.
 *
 * observations: T x D, row-major, finite. Throws a RangeError if its length is no multiple of D.
 * Source: Rabiner 1989, section III.A; each step in logarithms, so that no density underflows.
 */
export function filterStates(hmm: GaussianHmm, observations: Float64Array): StateProbabilities {
  const { states: K } = hmm;
  const density = logDensities(hmm, observations);
  const T = density.length / K;
  const probabilities = new Float64Array(T * K);
  const predicted = new Float64Array(K);
  let logLikelihood = 0;
  for (let t = 0; t < T; t++) {
    predict(hmm, probabilities, t, predicted);
    logLikelihood += update(predicted, density, probabilities, t * K);
  }
  return { logLikelihood, probabilities };
}

/**
 * Smoothed probabilities P(state at t | all observations). Not causal: for parameter estimates, never for decisions.
 *
 * Runs backward over the filtered ones (Kim 1994), so it needs no densities and cannot underflow.
 */
export function smoothStates(hmm: GaussianHmm, observations: Float64Array): StateProbabilities {
  const { states: K, transition } = hmm;
  const { logLikelihood, probabilities } = filterStates(hmm, observations);
  const predicted = new Float64Array(K);
  const ratio = new Float64Array(K);
  for (let t = probabilities.length / K - 2; t >= 0; t--) {
    const row = t * K;
    predict(hmm, probabilities, t + 1, predicted);
    for (let j = 0; j < K; j++)
      ratio[j] = predicted[j]! > 0 ? probabilities[row + K + j]! / predicted[j]! : 0;
    let sum = 0;
    for (let i = 0; i < K; i++) {
      let weight = 0;
      for (let j = 0; j < K; j++) weight += transition[i * K + j]! * ratio[j]!;
      probabilities[row + i]! *= weight;
      sum += probabilities[row + i]!;
    }
    for (let i = 0; i < K; i++) probabilities[row + i]! /= sum;
  }
  return { logLikelihood, probabilities };
}

/** ln N(x_t; mean_k, variance_k) as T x K. A variance below the smallest usable double counts as that. */
function logDensities(
  { states: K, dimensions: D, means, variances }: GaussianHmm,
  observations: Float64Array,
): Float64Array {
  const T = observations.length / D;
  if (!Number.isInteger(T)) {
    throw new RangeError(`${observations.length} observations are no multiple of ${D} dimensions`);
  }
  const density = new Float64Array(T * K);
  for (let k = 0; k < K; k++) {
    for (let d = 0; d < D; d++) {
      const centre = means[k * D + d]!;
      const spread = Math.max(variances[k * D + d]!, 1e-300);
      const constant = -0.5 * Math.log(2 * Math.PI * spread);
      for (let t = 0; t < T; t++) {
        const deviation = observations[t * D + d]! - centre;
        density[t * K + k]! += constant - (deviation * deviation) / (2 * spread);
      }
    }
  }
  return density;
}

/** P(state at t | observations before t), from row t - 1 of the filtered probabilities. */
function predict(
  { states: K, startProbability, transition }: GaussianHmm,
  filtered: Float64Array,
  t: number,
  into: Float64Array,
): void {
  if (t === 0) {
    into.set(startProbability);
    return;
  }
  const row = (t - 1) * K;
  for (let j = 0; j < K; j++) {
    let sum = 0;
    for (let i = 0; i < K; i++) sum += filtered[row + i]! * transition[i * K + j]!;
    into[j] = sum;
  }
}

/** Bayes' rule for one bar; writes the posterior at `row` and returns ln p(this bar | the bars before). */
function update(
  predicted: Float64Array,
  density: Float64Array,
  posterior: Float64Array,
  row: number,
): number {
  const K = predicted.length;
  let top = -Infinity;
  for (let k = 0; k < K; k++) {
    const joint = Math.log(predicted[k]!) + density[row + k]!;
    posterior[row + k] = joint;
    if (joint > top) top = joint;
  }
  if (top === -Infinity) {
    posterior.set(predicted, row);
    return -Infinity;
  }
  let sum = 0;
  for (let k = 0; k < K; k++) {
    const weight = Math.exp(posterior[row + k]! - top);
    posterior[row + k] = weight;
    sum += weight;
  }
  for (let k = 0; k < K; k++) posterior[row + k]! /= sum;
  return top + Math.log(sum);
}
