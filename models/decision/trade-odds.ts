import type { PassageOdds } from '../odds/first-passage.ts';
import type { RegimeInput } from '../odds/monte-carlo.ts';
import { seededRandom } from '../random.ts';
import { regimeLattice } from '../odds/regime-lattice.ts';
import { simulateRegimeMixture } from '../odds/regime-mixture.ts';
import type { TradeLevels } from './trade-levels.ts';

/** Regime paths of the cross-check: standard error about 1e-3. */
const PATHS = 2000;

export interface TradeOdds extends PassageOdds {
  /** Mean signed return of the trades that met neither level, as a share of entry. */
  neitherReturn: number;
  /** Largest difference from the independent Monte Carlo, and its standard error. */
  disagreement: number;
  standardError: number;
}

/** Odds of TP (up) and SL (down) under the fitted regimes, from the exact lattice, checked by Monte Carlo over regime paths. */
export function tradeOdds(
  side: 1 | -1,
  entry: number,
  { tp, sl }: TradeLevels,
  { seed, ...model }: Omit<RegimeInput, 'up' | 'down'> & { seed: number },
): TradeOdds {
  const toTp = Math.abs(Math.log(tp / entry));
  const toSl = Math.abs(Math.log(sl / entry));
  const input = { ...model, up: side === 1 ? toTp : toSl, down: side === 1 ? toSl : toTp };
  const lattice = regimeLattice(input);
  const check = simulateRegimeMixture({ ...input, paths: PATHS, random: seededRandom(seed, 1) });
  const disagreement = Math.max(
    Math.abs(lattice.up - check.up),
    Math.abs(lattice.down - check.down),
    Math.abs(lattice.neither - check.neither),
  );
  return {
    up: side === 1 ? lattice.up : lattice.down,
    down: side === 1 ? lattice.down : lattice.up,
    neither: lattice.neither,
    neitherReturn: side * lattice.neitherReturn,
    disagreement,
    standardError: check.standardError ?? 0,
  };
}
