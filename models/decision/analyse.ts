import type { Analysis, FittedModel } from './analysis.ts';
import { fitHmm } from '../hmm/baum-welch.ts';
import { calibrate, type Calibration, UNCALIBRATED } from '../report/calibration.ts';
import { areValid, type CandleColumns, lastCandles } from '../candle-columns.ts';
import { deseasoned } from '../volatility/deseasoned.ts';
import { discontinuity } from '../chart/discontinuity.ts';
import { discontinuityReason } from '../chart/discontinuity-reason.ts';
import { candidateTrade } from './candidate-trade.ts';
import { distanceTo } from './distance.ts';
import { features } from '../hmm/features.ts';
import type { GaussianHmm } from '../hmm/hmm.ts';
import { horizonOutlook } from './horizon-outlook.ts';
import { UNKNOWN_CLASS } from '../chart/jump-limits.ts';
import { marketContext } from '../chart/market-context.ts';
import { orderStates } from '../hmm/order-states.ts';
import { quietAnalysis } from './quiet-analysis.ts';
import { explain } from './reasons.ts';
import { regimeOf } from './regime.ts';
import { regimeScores } from './regime-scores.ts';
import { rivalAgreement } from './rival-agreement.ts';
import { stateMoments } from '../hmm/state-moments.ts';
import { quantile, variance } from '../statistics.ts';
import { threeStateRegimes } from '../hmm/three-state-regimes.ts';
import { tradeLevels } from './trade-levels.ts';
import type { VolatilityProfile } from '../volatility/volatility-profile.ts';

export const MODEL_VERSION = '3';
/**
 * Three states of two features, none with less than a twentieth of the bars. The floor of their variances is far above the fit's own: bars
 * without a range all say the same, and a state of no width around them is as likely as one likes, from whichever start.
 */
const FIT = { states: 3, dimensions: 2, minOccupancy: 0.05, varianceFloor: 0.02 };
/** Candles an analysis looks at: it takes the last of what it is given. */
export const WINDOW = 250;

export interface AnalyseOptions {
  /** Seeds the last of the fit's starts. @default 1 */
  seed?: number;
  /** Cost of the round trip in basis points of price. @default 1 */
  costBps?: number;
  /** Least reward over risk of the levels. @default 1 */
  minReward?: number;
  /** Bars until a trade is called off, whole. @default 24 */
  horizonBars?: number;
  /** Shift of the published probability, from resolved outcomes. @default none */
  calibration?: Calibration;
  /** The time of day of the market's volatility, from bars no later than the last candle. @default every hour is like every other */
  profile?: VolatilityProfile;
  /** Deviation of the logarithm of the variance that the horizon turns out to have, around the expected one. @default 0.25 */
  varianceSpread?: number;
  /** Starts of the fit. @default 10 */
  restarts?: number;
  /** Least share of the nearly as likely fits that must call it too. @default 1 */
  minAgreement?: number;
  /** Quantile of the window's own |scores| at which a direction is called. @default 0.85 */
  scoreQuantile?: number;
  /** Bars whose scores the quantile is taken of. @default 150 */
  scoreBars?: number;
  /** Prior deviation of a state's drift, in units of its volatility per bar. @default 0.03 */
  driftScale?: number;
  /** Weight of the window's own variance against that of the regimes. @default 0.5 */
  windowWeight?: number;
  /** Distance to SL in deviations of the move over the horizon. @default 0.5 */
  stopMultiple?: number;
  /** Distance to TP in distances to SL. @default 1.5 */
  rewardMultiple?: number;
  /** Largest share of the distance to SL that cost may take. @default 0.25 */
  maxCostShare?: number;
  /** Smallest step between two candles that is a break in the price, log units; by asset class. @default 0.2 */
  jumpStep?: number;
}

/**
 * The whole decision rule (docs/analysis.md) on the last 250 closed candles: features, a fresh HMM fit, filtered regimes, score, levels,
 * odds. Pure: the same candles, options and seed give the same result to the last bit on one Node version; the scale of the prices does
 * not matter. Never uses a smoothed probability of a bar for a decision on that bar: smoothing only estimates the states' moments.
 *
 * Throws a RangeError for fewer than 250 candles; invalid, broken or motionless ones give WAIT with the reason.
 */
export function analyse(
  candles: CandleColumns,
  {
    seed = 1,
    costBps = 1,
    minReward = 1,
    horizonBars = 24,
    calibration = UNCALIBRATED,
    profile,
    varianceSpread = 0.25,
    restarts = 10,
    minAgreement = 1,
    scoreQuantile = 0.85,
    scoreBars = 150,
    driftScale = 0.03,
    windowWeight = 0.5,
    stopMultiple = 0.5,
    rewardMultiple = 1.5,
    maxCostShare = 0.25,
    jumpStep = UNKNOWN_CLASS.step,
  }: AnalyseOptions = {},
): Analysis {
  if (candles.close.length < WINDOW)
    throw new RangeError(`${candles.close.length} candles, ${WINDOW} wanted`);
  const window = lastCandles(candles, WINDOW);
  const entry = window.close[WINDOW - 1]!;
  const frame = { modelVersion: MODEL_VERSION, seed, entry, horizonBars };
  if (!areValid(window)) return quietAnalysis(frame, null, 'The candles hold a price that is not valid.');
  const context = marketContext(window);
  const broken = discontinuity(window, jumpStep);
  if (broken !== null) return quietAnalysis(frame, context, discontinuityReason(broken, window), broken);
  // Regimes are what is left of volatility once the hour has been taken out: night must not be one.
  const { returns, observations } = features(profile === undefined ? window : deseasoned(window, profile));
  const windowVariance = variance(returns);
  if (!(windowVariance > 1e-24))
    return quietAnalysis(frame, context, 'The returns in this window do not vary.');

  const fit = fitHmm(observations, { ...FIT, restarts, seed });
  const hmm = orderStates(fit.hmm);
  const { filtered, smoothed } = threeStateRegimes(hmm, observations);
  const moments = stateMoments(returns, smoothed, driftScale);
  const scoring = { horizonBars, windowVariance, windowWeight, bars: scoreBars };
  const scores = regimeScores(hmm, moments, filtered, scoring);
  const score = scores.values.at(-1)!;
  const threshold = quantile(scores.values.map(Math.abs), scoreQuantile);

  const series = { time: window.time, returns, variance: windowVariance, profile };
  const outlook = horizonOutlook(series, moments, scores, { horizonBars, varianceSpread });
  const side = score < 0 ? -1 : 1;
  const call = { returns, observations, driftScale, scoreQuantile, scores: scoring };
  const agreement = Math.abs(score) < threshold ? null : rivalAgreement(fit.rivals, side, call);
  const toSl = stopMultiple * Math.sqrt(outlook.variance);
  const levels =
    score === 0 ? null : tradeLevels(side, entry, toSl, rewardMultiple, minReward, context.levels);
  const cost = costBps / 10_000;
  const model = {
    horizon: horizonBars,
    stateProbability: filtered.subarray(-3),
    transition: hmm.transition,
    drifts: outlook.drifts,
    volatilities: outlook.volatilities,
    spread: outlook.spread,
    giveBack: outlook.giveBack,
  };
  const trade = levels && candidateTrade(side, entry, levels, model, cost);
  const bounds = { threshold, scoreQuantile, minAgreement, maxCostShare };
  const verdict = explain({ ...bounds, score, agreement, horizonBars, levels, cost, context });
  const called = verdict.called ? trade : null;
  const candidate = trade && trade.candidate;
  const { range, breakout } = context;
  return {
    ...frame,
    direction: called ? called.candidate.direction : 'WAIT',
    tp: called ? called.candidate.tp : null,
    sl: called ? called.candidate.sl : null,
    confidence: called ? calibrate(called.risk.probTpHit, calibration) : 0,
    reasons: verdict.reasons,
    candidate,
    risk: trade && trade.risk,
    marketContext: context,
    distance: distanceTo(entry, candidate, context),
    isBreakout: breakout.direction !== 'none',
    isDiscounted: candidate?.direction === 'SELL' ? range.isPremium : range.isDiscount,
    regime: regimeOf(hmm, filtered),
    score,
    threshold,
    agreement,
    horizonVolatility: Math.sqrt(outlook.variance),
    varianceFactors: outlook.factors,
    giveBack: outlook.giveBack,
    oddsDisagreement: trade ? trade.odds.disagreement : null,
    oddsStandardError: trade ? 0 : null,
    hmm: fittedModel(hmm, fit, outlook.drifts, outlook.volatilities),
    discontinuity: null,
  };
}

function fittedModel(
  hmm: GaussianHmm,
  { logLikelihood, iterations, converged }: Pick<FittedModel, 'logLikelihood' | 'iterations' | 'converged'>,
  drifts: Float64Array,
  volatilities: Float64Array,
): FittedModel {
  return {
    startProbability: [...hmm.startProbability],
    transition: [...hmm.transition],
    means: [...hmm.means],
    variances: [...hmm.variances],
    logLikelihood,
    iterations,
    converged,
    drifts: [...drifts],
    volatilities: [...volatilities],
  };
}
