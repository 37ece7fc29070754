import type { FirstPassageInput } from '../../../models/odds/first-passage.ts';
import { simulateRegimeFirstPassage } from '../../../models/odds/monte-carlo.ts';
import type { SimulatedOdds } from '../../../models/odds/simulated-odds.ts';
import type { Random } from '../../../models/random.ts';

interface SimulationInput extends FirstPassageInput {
  /** Number of paths, >= 1. */
  paths: number;
  random: Random;
}

/** Monte Carlo estimate of `firstPassage`: a path of one state. */
export function simulateFirstPassage({ drift, volatility, ...input }: SimulationInput): SimulatedOdds {
  return simulateRegimeFirstPassage({
    ...input,
    stateProbability: [1],
    transition: [1],
    drifts: [drift],
    volatilities: [volatility],
  });
}
