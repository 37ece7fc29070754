import { blockStart } from './block-start.ts';
import { type EmWorkspace, emStep, emWorkspace } from './em-step.ts';
import { filterStates, type GaussianHmm } from './hmm.ts';
import { kMeansStart } from './k-means-start.ts';
import { type Random, seededRandom } from '../random.ts';
import { squaredSteps } from './squared-steps.ts';
import { stickyHmm } from './sticky-hmm.ts';
import { threeStateEmStep } from './three-state-em-step.ts';
import { whiten } from './whiten.ts';

export interface FitOptions {
  /** K, >= 1. */
  states: number;
  /** D, >= 1; observations are T x D. */
  dimensions: number;
  /** Independent starts, of which the best counts; one that not all seeds share must be better by more than five nats. @default 10 */
  restarts?: number;
  /** Seeds the starts after the first eight, which all seeds share; the same seed gives the same fit to the last bit. @default 1 */
  seed?: number;
  /** EM steps of one start. @default 300 */
  maxIterations?: number;
  /** A fit has converged when a step gains less than this, in nats. @default 1e-4 */
  tolerance?: number;
  /** Starts that are run to `tolerance`, the best after all have been run until a step gains less than 0.01. @default 2 */
  finalists?: number;
  /** Fits with a state that holds less than this share of the bars are passed over while there is another. @default 0 */
  minOccupancy?: number;
  /** Smallest variance of a state, as a share of the dimension's own. @default 1e-4 */
  varianceFloor?: number;
}

export interface Fit {
  hmm: GaussianHmm;
  /** ln p(observations | hmm), nats, of exactly the model returned. */
  logLikelihood: number;
  /** EM steps the returned model took. */
  iterations: number;
  converged: boolean;
  /** What other starts found that is as likely, or nearly: sound fits from five nats below after the first round, equal ones once. */
  rivals: GaussianHmm[];
}

interface Start extends Omit<Fit, 'rivals'> {
  /** Nats by which it must be better than one without, to be taken. */
  readonly handicap: number;
  /** Log-likelihood after the first round, in which all starts have come equally far. */
  coarse: number;
  /** Share of the bars in the emptiest state. */
  occupancy: number;
}

/** Gain of a step, in nats, at which it shows how far a start will get. Finishing all ten found no better fit on 62 real windows. */
const COARSE = 1e-2;
/** Nats between two fits at which one explains the data no worse than the other: which of them is taken must not hang on the seed. */
const NEAR = 5;
/** Nats between two starts that have climbed the same hill. */
const SAME = 0.02;
/** Starts that every seed has in common: what is found must not hang on one number. */
const COMMON_STARTS = 8;
const COMMON_SEED = 1;

/**
 * Maximum-likelihood fit of a diagonal Gaussian HMM by expectation-maximisation, the best of several starts; within five nats, the best of
 * those that all seeds share.
 *
 * Plain maximum likelihood in the observations' own units: no prior. Inside, the data are centred and scaled for the sake of
 * floating point, which changes no fit. The log-likelihood never falls from step to step of EM; the jumps
 * between them (`squaredSteps`) must gain at least what a step did, or they are taken back.
 * Never throws on finite input: constant data give equal states at an absolute floor and `converged: false`.
 *
 * observations: T x D, row-major, finite. Source: Baum et al. 1970; Rabiner 1989, section V; Dempster, Laird and Rubin 1977.
 */
export function fitHmm(observations: Float64Array, options: FitOptions): Fit {
  const { states, dimensions, restarts = 10, seed = 1, maxIterations = 500, tolerance = 1e-4 } = options;
  const { finalists = 2, minOccupancy = 0, varianceFloor = 1e-4 } = options;
  const white = whiten(observations, dimensions);
  if (white.constant) {
    const hmm = stickyHmm(states, dimensions);
    hmm.variances.fill(varianceFloor);
    return { ...finish(white.unwhiten(hmm), observations, 0, false), rivals: [] };
  }

  const workspace = emWorkspace(white.observations, states, dimensions, varianceFloor);
  const common = seededRandom(COMMON_SEED);
  const own = seed === COMMON_SEED ? common : seededRandom(seed);
  const starts = Array.from({ length: Math.max(1, restarts) }, (_, index): Start => {
    const isCommon = index < COMMON_STARTS;
    const hmm = startOf(white.observations, states, dimensions, index, isCommon ? common : own);
    const handicap = isCommon ? 0 : NEAR;
    const unclimbed = { logLikelihood: -Infinity, iterations: 0, converged: false, occupancy: 0 };
    return { hmm, handicap, coarse: -Infinity, ...unclimbed };
  });
  for (const start of starts) {
    climb(start, workspace, maxIterations, Math.max(tolerance, COARSE));
    start.coarse = start.logLikelihood;
  }
  // Sound fits first: finishing a degenerate one that will be passed over would be wasted.
  const order = (a: Start, b: Start): number =>
    Number(b.occupancy >= minOccupancy) - Number(a.occupancy >= minOccupancy) ||
    b.logLikelihood - b.handicap - (a.logLikelihood - a.handicap);
  starts.sort(order);
  const chosen = starts.slice(0, Math.max(1, finalists));
  for (const start of chosen) climb(start, workspace, maxIterations, tolerance);
  const best = chosen.sort(order)[0]!;
  const rivals = rivalsOf(best, starts, minOccupancy).map(({ hmm }) => white.unwhiten(hmm));
  return { ...finish(white.unwhiten(best.hmm), observations, best.iterations, best.converged), rivals };
}

/** The sound ones near the best, the likeliest first, one of each hill but its own. */
function rivalsOf(best: Start, starts: readonly Start[], minOccupancy: number): Start[] {
  const isNear = ({ occupancy, coarse }: Start): boolean =>
    occupancy >= minOccupancy && coarse >= best.coarse - NEAR;
  const near = starts.filter((start) => start === best || isNear(start));
  const hills: Start[][] = [];
  for (const start of near.sort((a, b) => b.coarse - a.coarse)) {
    const hill = hills.at(-1);
    if (hill && hill.at(-1)!.coarse - start.coarse <= SAME) hill.push(start);
    else hills.push([start]);
  }
  return hills.filter((hill) => !hill.includes(best)).map(([top]) => top!);
}

/** Two starts from a full k-means, sticky and plain; then random centres, short blocks and long blocks of bars take turns. */
function startOf(
  observations: Float64Array,
  states: number,
  dimensions: number,
  index: number,
  random: Random,
): GaussianHmm {
  if (index === 0) return kMeansStart(observations, states, dimensions, 20, random);
  if (index === 1) return plainStart(observations, states, dimensions, random);
  if (index % 3 === 1) return kMeansStart(observations, states, dimensions, 0, random);
  return blockStart(observations, states, dimensions, index % 3 === 2 ? 8 : 40, random);
}

/** k-means centres with nothing else assumed: every variance that of the data, every transition equally likely. */
function plainStart(
  observations: Float64Array,
  states: number,
  dimensions: number,
  random: Random,
): GaussianHmm {
  const hmm = kMeansStart(observations, states, dimensions, 20, random);
  hmm.variances.fill(1);
  hmm.transition.fill(1 / states);
  return hmm;
}

/**
 * Runs EM on one start, with a jump after every two steps, until a step gains less than `tolerance` or `limit` steps are taken. A jump that
 * gained less than the steps before it is taken back. `logLikelihood` is that before the last step.
 */
function climb(start: Start, workspace: EmWorkspace, limit: number, tolerance: number): void {
  const { hmm } = start;
  const em = hmm.states === 3 ? threeStateEmStep : emStep;
  const step = (): number => {
    start.iterations++;
    start.logLikelihood = em(hmm, workspace);
    start.occupancy = workspace.occupancy;
    return start.logLikelihood;
  };
  const jumps = squaredSteps(hmm);
  let least = -Infinity;
  start.converged = false;
  while (!start.converged && start.iterations < limit) {
    jumps.keep(0, hmm);
    const first = step();
    if (first < least) {
      jumps.restore(2, hmm);
      least = -Infinity;
      continue;
    }
    least = -Infinity;
    if (start.iterations === limit) return;
    jumps.keep(1, hmm);
    const second = step();
    start.converged = second - first < tolerance;
    if (start.converged || start.iterations === limit) return;
    jumps.keep(2, hmm);
    if (jumps.extrapolate(hmm)) least = second;
  }
}

function finish(
  hmm: GaussianHmm,
  observations: Float64Array,
  iterations: number,
  converged: boolean,
): Omit<Fit, 'rivals'> {
  return { hmm, logLikelihood: filterStates(hmm, observations).logLikelihood, iterations, converged };
}
