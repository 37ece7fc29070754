import type { GaussianHmm } from './hmm.ts';

/** Probability of staying in a state before any data: regimes last. */
const STICKINESS = 0.9;

/** A model of equal states with mean 0 and variance 1, each likely to stay. The blank that starts and constant data fill in. */
export function stickyHmm(states: number, dimensions: number): GaussianHmm {
  const stay = states > 1 ? STICKINESS : 1;
  const transition = new Float64Array(states * states).fill((1 - stay) / Math.max(1, states - 1));
  for (let k = 0; k < states; k++) transition[k * states + k] = stay;
  return {
    states,
    dimensions,
    startProbability: new Float64Array(states).fill(1 / states),
    transition,
    means: new Float64Array(states * dimensions),
    variances: new Float64Array(states * dimensions).fill(1),
  };
}
