import type { Analysis, FittedModel } from './analysis.ts';
import { calibrate, type Calibration, UNCALIBRATED } from '../report/calibration.ts';
import { candidateTrade } from './candidate-trade.ts';
import { distanceTo } from './distance.ts';
import type { Experience } from '../odds/experience.ts';
import { experiencedRisk } from './experienced-analysis.ts';
import type { HorizonOutlook } from './horizon-outlook.ts';
import type { FittedRegimes, KnownMarket } from './known-market.ts';
import { regimeOf } from './regime.ts';
import type { RuleCall } from './rule-call.ts';

/** Changes whenever the same input may give other numbers. */
export const MODEL_VERSION = '5';

const NO_DRIFT = new Float64Array(3);

/** What outcomes have taught of a market. */
interface Taught {
  readonly experience?: Experience;
  readonly calibration?: Calibration;
}

/** A trade that somebody points to, called or not. */
export interface Call extends RuleCall {
  readonly horizonBars: number;
}

/** What every analysis begins with. */
export const frameOf = (
  { seed, entry }: KnownMarket,
  horizonBars: number,
): Pick<Analysis, 'modelVersion' | 'seed' | 'entry' | 'horizonBars'> => ({
  modelVersion: MODEL_VERSION,
  seed,
  entry,
  horizonBars,
});

/**
 * The odds of a call under the market's regimes, whoever made it, and what it is worth. They are those of a fair price: the drift that a
 * window shows is what the rule calls by, and no forecast (docs/analysis.md). Throws on a window with a flaw.
 */
export function callAnalysis(
  market: KnownMarket,
  call: Call,
  { experience, calibration = UNCALIBRATED }: Taught = {},
): Analysis {
  const { entry, cost } = market;
  const { side, levels, horizonBars } = call;
  const context = market.context()!;
  const regimes = market.regimes();
  const { hmm, filtered } = regimes;
  const outlook = market.outlook(horizonBars);
  const model = {
    horizon: horizonBars,
    stateProbability: filtered.subarray(-3),
    transition: hmm.transition,
    drifts: NO_DRIFT,
    volatilities: outlook.volatilities,
    spread: outlook.spread,
    giveBack: outlook.giveBack,
  };
  const trade = levels && candidateTrade(side, entry, levels, model, cost);
  const risk = trade && experiencedRisk(entry, trade.model, experience);
  const called = call.called ? trade : null;
  const candidate = trade && trade.candidate;
  const { range, breakout } = context;
  return {
    ...frameOf(market, horizonBars),
    direction: called ? called.candidate.direction : 'WAIT',
    tp: called ? called.candidate.tp : null,
    sl: called ? called.candidate.sl : null,
    confidence: called && risk ? calibrate(risk.probTpHit, calibration) : 0,
    reasons: call.reasons,
    candidate,
    risk,
    modelTrade: trade && trade.model,
    marketContext: context,
    distance: distanceTo(entry, candidate, context),
    isBreakout: breakout.direction !== 'none',
    isDiscounted: candidate?.direction === 'SELL' ? range.isPremium : range.isDiscount,
    regime: regimeOf(hmm, filtered),
    score: call.score,
    threshold: call.threshold,
    agreement: call.agreement,
    horizonVolatility: Math.sqrt(outlook.variance),
    varianceFactors: outlook.factors,
    giveBack: outlook.giveBack,
    oddsDisagreement: trade && trade.disagreement,
    oddsStandardError: trade ? 0 : null,
    hmm: fittedModel(regimes, outlook),
    discontinuity: null,
  };
}

function fittedModel({ fit, hmm }: FittedRegimes, { drifts, volatilities }: HorizonOutlook): FittedModel {
  const { logLikelihood, iterations, converged } = fit;
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
