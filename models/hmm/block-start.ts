import type { GaussianHmm } from './hmm.ts';
import type { Random } from '../random.ts';
import { stickyHmm } from './sticky-hmm.ts';

/** Added to a block's variance on whitened data: a quiet block must still explain its neighbours. */
const WIDENING = 0.05;

/**
 * A start for EM on whitened data that k-means cannot give: each state is a stretch of `length` neighbouring bars drawn at random,
 * so that states which differ in spread rather than in place are found as well.
 */
export function blockStart(
  observations: Float64Array,
  states: number,
  dimensions: number,
  length: number,
  random: Random,
): GaussianHmm {
  const T = observations.length / dimensions;
  const bars = Math.min(length, T);
  const hmm = stickyHmm(states, dimensions);
  for (let k = 0; k < states; k++) {
    const first = Math.floor(random() * (T - bars + 1));
    for (let d = 0; d < dimensions; d++) {
      let sum = 0;
      for (let t = first; t < first + bars; t++) sum += observations[t * dimensions + d]!;
      let squares = 0;
      for (let t = first; t < first + bars; t++)
        squares += (observations[t * dimensions + d]! - sum / bars) ** 2;
      hmm.means[k * dimensions + d] = sum / bars;
      hmm.variances[k * dimensions + d] = squares / bars + WIDENING;
    }
  }
  return hmm;
}
