import type { GaussianHmm } from '../../../models/hmm/hmm.ts';

/**
 * The single most probable state sequence and its joint log probability with the observations (Viterbi 1967).
 * Ties go to the lower state.
 */
export function viterbiPath(
  hmm: GaussianHmm,
  observations: Float64Array,
): { path: number[]; logProbability: number } {
  const { states: K } = hmm;
  const density = logDensities(hmm, observations);
  const T = density.length / K;
  if (T === 0) return { path: [], logProbability: 0 };
  const logTransition = hmm.transition.map(Math.log);
  const best = new Float64Array(T * K);
  const from = new Int32Array(T * K);
  for (let j = 0; j < K; j++) best[j] = Math.log(hmm.startProbability[j]!) + density[j]!;
  for (let t = 1; t < T; t++) {
    for (let j = 0; j < K; j++) {
      let origin = 0;
      let score = -Infinity;
      for (let i = 0; i < K; i++) {
        const candidate = best[(t - 1) * K + i]! + logTransition[i * K + j]!;
        if (candidate > score) {
          score = candidate;
          origin = i;
        }
      }
      best[t * K + j] = score + density[t * K + j]!;
      from[t * K + j] = origin;
    }
  }
  let state = 0;
  for (let j = 1; j < K; j++) if (best[(T - 1) * K + j]! > best[(T - 1) * K + state]!) state = j;
  const logProbability = best[(T - 1) * K + state]!;
  const path = Array.from<number>({ length: T });
  for (let t = T - 1; t >= 0; t--) {
    path[t] = state;
    state = from[t * K + state]!;
  }
  return { path, logProbability };
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
