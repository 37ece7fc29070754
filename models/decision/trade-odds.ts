import type { PassageOdds } from '../odds/first-passage.ts';
import { horizonSums } from '../odds/horizon-sums.ts';
import type { RegimeInput } from '../odds/monte-carlo.ts';
import { MOST_CLASS_BARS, regimeClasses } from '../odds/regime-classes.ts';
import { regimeLattice } from '../odds/regime-lattice.ts';
import { regimeModes } from '../odds/regime-modes.ts';
import type { TradeLevels } from './trade-levels.ts';

export interface TradeOdds extends PassageOdds {
  /** Mean signed return of the trades that met neither level, as a share of entry. */
  neitherReturn: number;
  /** Largest difference between the odds without doubt and their check, two ways to one answer; null where there is one way alone. */
  disagreement: number | null;
}

/** The give-back goes at most this share of the way to a level: the price has not met it yet. */
const MOST_OF_THE_WAY = 0.5;
/** Gauss and Hermite's three points of a normal distribution, and what each weighs: exact for polynomials up to the fifth degree. */
const POINTS = [-Math.sqrt(3), 0, Math.sqrt(3)];
const WEIGHTS = [1 / 6, 2 / 3, 1 / 6];

/**
 * Odds of TP (up) and SL (down) under the fitted regimes, moved by what a lognormal doubt about the variance itself changes. They are the
 * lattice's, or the modes' where the lattice does not resolve how little a state moves; the change is the modes', which take microseconds
 * an answer. The classes of paths check them, or the modes where those are many.
 *
 * spread: deviation of the logarithm of the variance, >= 0; its mean stays. giveBack: log units from the entry to where the path starts.
 */
export function tradeOdds(
  side: 1 | -1,
  entry: number,
  { tp, sl }: TradeLevels,
  { spread, giveBack, ...model }: Omit<RegimeInput, 'up' | 'down'> & { spread: number; giveBack: number },
): TradeOdds {
  const toTp = Math.abs(Math.log(tp / entry));
  const toSl = Math.abs(Math.log(sl / entry));
  const [above, below] = side === 1 ? [toTp, toSl] : [toSl, toTp];
  const start = Math.max(-MOST_OF_THE_WAY * below, Math.min(MOST_OF_THE_WAY * above, giveBack));
  const input = { ...model, up: above - start, down: below + start };
  const lattice = regimeLattice(input);
  const scales = POINTS.map((point) => Math.exp(spread * point - (spread * spread) / 2));
  const [sure, ...doubtful] = regimeModes(input, spread > 0 ? [1, ...scales] : [1]);
  const known = lattice.isResolved ? lattice : { ...sure!, neitherReturn: driftedReturn(input, sure!) };
  const check = input.horizon <= MOST_CLASS_BARS ? regimeClasses(input) : lattice.isResolved ? sure! : null;
  const moved = (of: 'up' | 'down'): number =>
    doubtful.reduce((sum, odds, i) => sum + WEIGHTS[i]! * (odds[of] - sure![of]), known[of]);
  const up = Math.min(1, Math.max(0, moved('up')));
  const down = Math.min(1 - up, Math.max(0, moved('down')));
  return {
    up: side === 1 ? up : down,
    down: side === 1 ? down : up,
    neither: Math.max(0, 1 - up - down),
    neitherReturn: side * (Math.exp(start) * (1 + known.neitherReturn) - 1),
    disagreement:
      check === null
        ? null
        : Math.max(
            Math.abs(known.up - check.up),
            Math.abs(known.down - check.down),
            Math.abs(known.neither - check.neither),
          ),
  };
}

/**
 * What the paths that met neither level bring on average, as a share of where they start: together with those that ended, half-way on
 * average, they move as far as their drift takes them. Odds alone move no price.
 */
function driftedReturn(
  { up, down, horizon, stateProbability, transition, drifts }: RegimeInput,
  odds: PassageOdds,
): number {
  if (odds.neither < 1e-9) return 0;
  const sums = horizonSums(Float64Array.from(transition), Float64Array.from(drifts), horizon);
  const drift = sums.reduce((sum, value, k) => sum + value * stateProbability[k]!, 0);
  const moved = (drift * (1 + odds.neither)) / 2;
  const mean = (moved - odds.up * up + odds.down * down) / odds.neither;
  return Math.expm1(Math.min(up, Math.max(-down, mean)));
}
