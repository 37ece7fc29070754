import type { GaussianHmm } from '../../models/hmm/hmm.ts';
import { seededRandom, standardNormal } from '../../models/random.ts';

export function randomHmm(seed: number, states: number, dimensions: number): GaussianHmm {
  const random = seededRandom(seed);
  const simplex = (): number[] => {
    const weights = Array.from({ length: states }, () => 0.05 + random());
    const sum = weights.reduce((a, b) => a + b, 0);
    return weights.map((weight) => weight / sum);
  };
  return {
    states,
    dimensions,
    startProbability: Float64Array.from(simplex()),
    transition: Float64Array.from(Array.from({ length: states }, simplex).flat()),
    means: Float64Array.from({ length: states * dimensions }, () => 2 * standardNormal(random)),
    variances: Float64Array.from({ length: states * dimensions }, () => 0.2 + random()),
  };
}

export function randomObservations(seed: number, bars: number, dimensions: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: bars * dimensions }, () => 2 * standardNormal(random));
}

/** Draws from the model itself. */
export function sampleHmm(hmm: GaussianHmm, bars: number, seed: number): Float64Array {
  const { states: K, dimensions: D } = hmm;
  const random = seededRandom(seed);
  const draw = (row: ArrayLike<number>, from: number): number => {
    let left = random();
    for (let k = 0; k < K - 1; k++) if ((left -= row[from + k]!) < 0) return k;
    return K - 1;
  };
  const x = new Float64Array(bars * D);
  let state = draw(hmm.startProbability, 0);
  for (let t = 0; t < bars; t++) {
    if (t > 0) state = draw(hmm.transition, state * K);
    for (let d = 0; d < D; d++) {
      x[t * D + d] =
        hmm.means[state * D + d]! + Math.sqrt(hmm.variances[state * D + d]!) * standardNormal(random);
    }
  }
  return x;
}
