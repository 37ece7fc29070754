import type { GaussianHmm } from './hmm.ts';

/** Standard deviation given to a dimension that does not vary, so that its variance floor is absolute. */
const CONSTANT_SCALE = 1e-6;

export interface Whitened {
  /** T x D, each dimension with mean 0 and standard deviation 1, or all 0 where it does not vary. */
  observations: Float64Array;
  /** No dimension varies. */
  constant: boolean;
  /** A model of the whitened data in the units of the data. */
  unwhiten: (hmm: GaussianHmm) => GaussianHmm;
}

/**
 * Centres and scales each dimension. A deviation of less than 1e-13 of the largest value is rounding noise and counts as none.
 * observations: T x D, row-major. Throws a RangeError if their number is no multiple of D.
 */
export function whiten(observations: Float64Array, dimensions: number): Whitened {
  const T = observations.length / dimensions;
  if (!Number.isInteger(T)) {
    throw new RangeError(`${observations.length} observations are no multiple of ${dimensions} dimensions`);
  }
  const white = new Float64Array(observations.length);
  const centres = new Float64Array(dimensions);
  const scales = new Float64Array(dimensions).fill(CONSTANT_SCALE);
  let constant = true;
  for (let d = 0; d < dimensions; d++) {
    let largest = 0;
    for (let t = 0; t < T; t++) largest = Math.max(largest, Math.abs(observations[t * dimensions + d]!));
    if (largest === 0) continue;
    // Shares of the largest value: neither their sum nor their squares overflow.
    let sum = 0;
    for (let t = 0; t < T; t++) sum += observations[t * dimensions + d]! / largest;
    const centre = sum / T;
    let squares = 0;
    for (let t = 0; t < T; t++) squares += (observations[t * dimensions + d]! / largest - centre) ** 2;
    const deviation = Math.sqrt(squares / T);
    centres[d] = centre * largest;
    if (deviation < 1e-13) continue;
    constant = false;
    scales[d] = deviation * largest;
    for (let t = 0; t < T; t++) {
      white[t * dimensions + d] = (observations[t * dimensions + d]! / largest - centre) / deviation;
    }
  }
  return { observations: white, constant, unwhiten: (hmm) => scaled(hmm, centres, scales) };
}

function scaled(hmm: GaussianHmm, centres: Float64Array, scales: Float64Array): GaussianHmm {
  const D = hmm.dimensions;
  return {
    ...hmm,
    means: hmm.means.map((mean, i) => centres[i % D]! + scales[i % D]! * mean),
    variances: hmm.variances.map((variance, i) =>
      Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, scales[i % D]! ** 2 * variance)),
    ),
  };
}
