import { firstPassage, type PassageOdds } from './first-passage.ts';
import { gaussLegendre } from './gauss-legendre.ts';
import { killedDensity, killedKernel } from './killed-kernel.ts';
import { latticeSteps, type StepState, stepStates, transitionPower } from './lattice-steps.ts';
import type { RegimeInput } from './monte-carlo.ts';

export interface RegimeOdds extends PassageOdds {
  /** Mean of exp(log move) - 1 over the paths that met neither barrier; 0 where there are none. */
  neitherReturn: number;
  /** False where a state is moved more than it moves, and that tells: the levels are too far apart for it, or one of them is too near. */
  isResolved: boolean;
}

/** A path that goes this share of the way to the nearer level, one deviation, reaches it hardly ever. */
export const NOWHERE = 1 / 6;

/** Quadrature of a Gaussian needs its deviation to be this many node distances: the error falls as exp(-2 (pi RESOLVED)^2). */
const RESOLVED = 0.9;
const FEWEST_NODES = 24;
const MOST_NODES = 112;

/**
 * First-passage odds of a path whose drift and volatility switch with a hidden Markov state, without sampling.
 *
 * The distribution of the surviving paths is carried forward bar by bar, or a few bars at once, on Gauss-Legendre nodes between the barriers, one density a
 * state: the transition matrix mixes the states, the killed-Brownian kernel of each state moves the price, and what each bar loses to
 * either barrier is the closed form of `firstPassage` over one bar. Error below 1e-5 where the calmest state moves at least 1.3 % of the
 * corridor a bar and the horizon has at most 250; otherwise some bars are taken together, by their mean, with an error below .005. A state
 * that moves less even so is moved by 1.3 % a step instead, which takes it nowhere either where the answer is resolved.
 *
 * horizon: whole bars, >= 0. Distances finite and >= 0. K states.
 */
export function regimeLattice(input: RegimeInput): RegimeOdds {
  const { up, down, horizon, stateProbability, transition, drifts, volatilities } = input;
  if (!(up >= 0 && down >= 0 && up + down < Infinity && Number.isInteger(horizon) && horizon >= 0)) {
    throw new RangeError(
      `up ${up} and down ${down} must be finite and >= 0, horizon ${horizon} whole and >= 0`,
    );
  }
  if (up === 0 || down === 0 || horizon === 0) {
    const stays = firstPassage({ drift: 0, volatility: 0, up, down, horizon: 0 });
    return { ...stays, neitherReturn: 0, isResolved: true };
  }
  const K = drifts.length;
  const width = up + down;
  const T = Float64Array.from(transition);
  const perBar = {
    drifts: Float64Array.from(drifts, (value) => value / width),
    volatilities: Float64Array.from(volatilities, (value) => value / width),
  };
  const steps = latticeSteps(Math.min(...perBar.volatilities), leastSpread(MOST_NODES), horizon);
  const statesOver = (bars: number) => stepStates(T, perBar.drifts, perBar.volatilities, bars);
  const states = statesOver(steps.bars);
  const calmest = Math.min(...states.map(({ volatility }) => volatility));
  const n = nodesFor(calmest);
  const resolved = ({ drift, volatility }: StepState): StepState => ({
    drift,
    volatility: Math.max(volatility, leastSpread(n)),
  });
  const { nodes, weights } = gaussLegendre(n);
  const odds = { up: 0, down: 0 };
  // The first step starts from a point, which no node need hold.
  let mixed = mix(stateProbability, T, K, 1);
  let density = new Float64Array(K * n);
  for (const [k, raw] of statesOver(steps.first).entries()) {
    const state = resolved(raw);
    const first = firstPassage({ ...state, up: up / width, down: down / width, horizon: 1 });
    odds.up += mixed[k]! * first.up;
    odds.down += mixed[k]! * first.down;
    const row = density.subarray(k * n, (k + 1) * n);
    killedDensity(down / width, nodes, state.drift, state.volatility, row);
    for (let i = 0; i < n; i++) row[i]! *= mixed[k]!;
  }
  const kernels = new Float64Array(K * n * n);
  const exits = new Float64Array(2 * K * n);
  for (const [k, raw] of states.entries()) {
    const state = resolved(raw);
    const kernel = kernels.subarray(k * n * n, (k + 1) * n * n);
    killedKernel(nodes, weights, state.drift, state.volatility, kernel);
    for (let i = 0; i < n; i++) {
      const exit = firstPassage({ ...state, up: 1 - nodes[i]!, down: nodes[i]!, horizon: 1 });
      exits[2 * (k * n + i)] = exit.up * weights[i]!;
      exits[2 * (k * n + i) + 1] = exit.down * weights[i]!;
    }
  }
  let switched = transitionPower(T, steps.first);
  const next = transitionPower(T, steps.bars);
  for (let step = 1; step < steps.count; step++) {
    mixed = mix(density, switched, K, n);
    switched = next;
    for (let i = 0; i < mixed.length; i++) {
      odds.up += mixed[i]! * exits[2 * i]!;
      odds.down += mixed[i]! * exits[2 * i + 1]!;
    }
    density = move(mixed, kernels, n);
  }
  const least = leastSpread(n);
  return {
    ...settle(odds),
    neitherReturn: survivorReturn(density, nodes, weights, down, width),
    isResolved: calmest >= least || least * Math.sqrt(steps.count) <= (NOWHERE * Math.min(up, down)) / width,
  };
}

/** Moves n values a state along the transition matrix: row vector times matrix, at each of n places. */
function mix(
  values: ArrayLike<number>,
  transition: ArrayLike<number>,
  K: number,
  n: number,
): Float64Array<ArrayBuffer> {
  const mixed = new Float64Array(K * n);
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < K; j++) {
      const probability = transition[i * K + j]!;
      for (let x = 0; x < n; x++) mixed[j * n + x]! += probability * values[i * n + x]!;
    }
  }
  return mixed;
}

/** One bar of surviving motion: density(y) = sum over x of density(x) kernel(x, y); the kernel's rows carry the quadrature weights. */
function move(mixed: Float64Array, kernels: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const moved = new Float64Array(mixed.length);
  for (let from = 0; from < mixed.length; from++) {
    const mass = mixed[from]!;
    const state = from - (from % n);
    for (let y = 0; y < n; y++) moved[state + y]! += mass * kernels[from * n + y]!;
  }
  return moved;
}

/** What n nodes resolve, as a share of the corridor: central Gauss-Legendre nodes lie pi / 2n apart. */
const leastSpread = (n: number): number => (RESOLVED * Math.PI) / 2 / n;

function nodesFor(spread: number): number {
  const wanted = Math.ceil((RESOLVED * Math.PI) / 2 / Math.max(spread, 1e-9));
  return Math.min(MOST_NODES, Math.max(FEWEST_NODES, wanted));
}

function settle({ up, down }: { up: number; down: number }): PassageOdds {
  const upper = Math.min(1, up);
  const lower = Math.min(1 - upper, down);
  return { up: upper, down: lower, neither: Math.max(0, 1 - upper - lower) };
}

function survivorReturn(
  density: Float64Array,
  nodes: Float64Array,
  weights: Float64Array,
  down: number,
  width: number,
): number {
  let mass = 0;
  let total = 0;
  for (let i = 0; i < density.length; i++) {
    const x = i % nodes.length;
    const share = density[i]! * weights[x]!;
    mass += share;
    total += share * Math.expm1(nodes[x]! * width - down);
  }
  return mass > 0 ? total / mass : 0;
}
