import { fitHmm, type Fit } from '../hmm/baum-welch.ts';
import { areValid, type CandleColumns, lastCandles } from '../candle-columns.ts';
import { deseasoned } from '../volatility/deseasoned.ts';
import { type Discontinuity, discontinuity } from '../chart/discontinuity.ts';
import { discontinuityReason } from '../chart/discontinuity-reason.ts';
import { features } from '../hmm/features.ts';
import type { GaussianHmm } from '../hmm/hmm.ts';
import { type HorizonOutlook, horizonOutlook } from './horizon-outlook.ts';
import { UNKNOWN_CLASS } from '../chart/jump-limits.ts';
import { type MarketContext, marketContext } from '../chart/market-context.ts';
import { orderStates } from '../hmm/order-states.ts';
import { type RegimeScores, regimeScores } from './regime-scores.ts';
import { type StateMoments, stateMoments } from '../hmm/state-moments.ts';
import { variance } from '../statistics.ts';
import { threeStateRegimes } from '../hmm/three-state-regimes.ts';
import type { VolatilityProfile } from '../volatility/volatility-profile.ts';

/** Candles an analysis looks at: it takes the last of what it is given. */
export const WINDOW = 250;
/**
 * Three states of two features, none with less than a twentieth of the bars. The floor of their variances is far above the fit's own: bars
 * without a range all say the same, and a state of no width around them is as likely as one likes, from whichever start.
 */
const FIT = { states: 3, dimensions: 2, minOccupancy: 0.05, varianceFloor: 0.02 };

/** How a market is looked at, whatever is then called on it. */
export interface MarketOptions {
  /** Seeds the last of the fit's starts. @default 1 */
  seed?: number;
  /** Cost of the round trip in basis points of price. @default 1 */
  costBps?: number;
  /** The time of day of the market's volatility, from bars no later than the last candle. @default every hour is like every other */
  profile?: VolatilityProfile;
  /** Deviation of the logarithm of the variance that the horizon turns out to have, around the expected one. @default 0.25 */
  varianceSpread?: number;
  /** Starts of the fit. @default 10 */
  restarts?: number;
  /** Prior deviation of a state's drift, in units of its volatility per bar. @default 0.03 */
  driftScale?: number;
  /** Weight of the window's own variance against that of the regimes. @default 0.5 */
  windowWeight?: number;
  /** Smallest step between two candles that is a break in the price, log units; by asset class. @default 0.2 */
  jumpStep?: number;
}

/** Why nothing may be called on a window. */
interface Flaw {
  readonly reason: string;
  readonly discontinuity: Discontinuity | null;
}

/** The regimes of a window. */
export interface FittedRegimes {
  readonly fit: Fit;
  /** Its states in the order of `REGIMES`. */
  readonly hmm: GaussianHmm;
  readonly observations: Float64Array;
  /** T x 3. */
  readonly filtered: Float64Array;
  readonly moments: StateMoments;
}

/**
 * What can be known of a market from one window, each part computed when it is first asked for and then kept: many rules may look at one.
 * It depends on nothing that was asked before.
 */
export interface KnownMarket {
  /** The last 250 candles. */
  readonly window: CandleColumns;
  /** The last close. */
  readonly entry: number;
  readonly seed: number;
  readonly driftScale: number;
  readonly windowWeight: number;
  /** Of the round trip, as a share of the entry. */
  readonly cost: number;
  /** What a trader would read off the chart; null where a candle is not valid. */
  context(): MarketContext | null;
  /** Null in a sound window. What follows throws in one that is not. */
  flaw(): Flaw | null;
  /** Log returns with the hour taken out, and their variance per bar. */
  returns(): { readonly values: Float64Array; readonly variance: number };
  regimes(): FittedRegimes;
  /** Scores of the last `bars` bars over a horizon, bars. */
  scores(horizonBars: number, bars: number): RegimeScores;
  outlook(horizonBars: number): HorizonOutlook;
}

/** Throws a RangeError for fewer than 250 candles. The candles must stay as they are while it is used. */
export function knownMarket(candles: CandleColumns, options: MarketOptions = {}): KnownMarket {
  const { seed = 1, costBps = 1, profile, varianceSpread = 0.25, restarts = 10 } = options;
  const { driftScale = 0.03, windowWeight = 0.5, jumpStep = UNKNOWN_CLASS.step } = options;
  if (candles.close.length < WINDOW)
    throw new RangeError(`${candles.close.length} candles, ${WINDOW} wanted`);
  const window = lastCandles(candles, WINDOW);
  const context = once(() => (areValid(window) ? marketContext(window) : null));
  // Regimes are what is left of volatility once the hour has been taken out: night must not be one.
  const seen = once(() => features(profile === undefined ? window : deseasoned(window, profile)));
  const returns = once(() => ({ values: seen().returns, variance: variance(seen().returns) }));
  const flaw = once((): Flaw | null => {
    if (!areValid(window)) return flawOf('The candles hold a price that is not valid.');
    const broken = discontinuity(window, jumpStep);
    if (broken !== null) return flawOf(discontinuityReason(broken, window), broken);
    return returns().variance > 1e-24 ? null : flawOf('The returns in this window do not vary.');
  });
  const regimes = once((): FittedRegimes => {
    const found = flaw();
    if (found !== null) throw new RangeError(found.reason);
    const observations = seen().observations();
    const fit = fitHmm(observations, { ...FIT, restarts, seed });
    const hmm = orderStates(fit.hmm);
    const { filtered, smoothed } = threeStateRegimes(hmm, observations);
    return { fit, hmm, observations, filtered, moments: stateMoments(seen().returns, smoothed, driftScale) };
  });
  const scores = onceEach((horizonBars: number, bars: number) => {
    const { hmm, moments, filtered } = regimes();
    const scoring = { horizonBars, windowVariance: returns().variance, windowWeight, bars };
    return regimeScores(hmm, moments, filtered, scoring);
  });
  const outlook = onceEach((horizonBars: number) => {
    const { values, variance } = returns();
    const series = { time: window.time, returns: values, variance, profile };
    const how = { horizonBars, varianceSpread };
    // The variance is the last bar's: of how many bars there are scores does not matter.
    return horizonOutlook(series, regimes().moments, scores(horizonBars, 1), how);
  });
  const entry = window.close[WINDOW - 1]!;
  const cost = costBps / 10_000;
  return {
    window,
    entry,
    seed,
    driftScale,
    windowWeight,
    cost,
    context,
    flaw,
    returns,
    regimes,
    scores,
    outlook,
  };
}

const flawOf = (reason: string, broken: Discontinuity | null = null): Flaw => ({
  reason,
  discontinuity: broken,
});

function once<T>(compute: () => T): () => T {
  let kept: { readonly value: T } | undefined;
  return () => (kept ??= { value: compute() }).value;
}

/** Kept by its numbers. */
function onceEach<T>(compute: (...of: number[]) => T): (...of: number[]) => T {
  const kept = new Map<string, T>();
  return (...of) => {
    const key = of.join();
    const known = kept.get(key);
    if (known !== undefined) return known;
    const value = compute(...of);
    kept.set(key, value);
    return value;
  };
}
