import type { GaussianHmm } from './hmm.ts';

/** The same model with its states in ascending order of their mean in dimension 0. EM numbers them by chance. */
export function orderStates(hmm: GaussianHmm): GaussianHmm {
  const { states: K, dimensions: D } = hmm;
  const order = Array.from({ length: K }, (_, k) => k).sort((a, b) => hmm.means[a * D]! - hmm.means[b * D]!);
  return {
    ...hmm,
    startProbability: Float64Array.from(order, (k) => hmm.startProbability[k]!),
    transition: Float64Array.from(order.flatMap((i) => order.map((j) => hmm.transition[i * K + j]!))),
    means: hmm.means.map((_, i) => hmm.means[order[Math.floor(i / D)]! * D + (i % D)]!),
    variances: hmm.variances.map((_, i) => hmm.variances[order[Math.floor(i / D)]! * D + (i % D)]!),
  };
}
