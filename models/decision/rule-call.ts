import { type KnownMarket } from './known-market.ts';
import { explain } from './reasons.ts';
import { rivalAgreement } from './rival-agreement.ts';
import { quantile } from '../statistics.ts';
import { type TradeLevels, tradeLevels } from './trade-levels.ts';

/** The built-in rule's own constants: another value is another rule on the same market. */
export interface RuleOptions {
  /** Least reward over risk of the levels. @default 1 */
  minReward?: number;
  /** Bars until a trade is called off, whole. @default 24 */
  horizonBars?: number;
  /** Least share of the nearly as likely fits that must call it too. @default 1 */
  minAgreement?: number;
  /** Quantile of the window's own |scores| at which a direction is called. @default 0.85 */
  scoreQuantile?: number;
  /** Bars whose scores the quantile is taken of. @default 150 */
  scoreBars?: number;
  /** Distance to SL in deviations of the move over the horizon. @default 0.5 */
  stopMultiple?: number;
  /** Distance to TP in distances to SL. @default 1.5 */
  rewardMultiple?: number;
  /** Largest share of the distance to SL that cost may take. @default 0.25 */
  maxCostShare?: number;
}

/** What the built-in rule makes of a market. */
export interface RuleCall {
  /** 1 up, -1 down: where the score points, called or not. */
  readonly side: 1 | -1;
  readonly called: boolean;
  /** Null where the score points nowhere, or a level would not be a price. */
  readonly levels: TradeLevels | null;
  readonly score: number;
  readonly threshold: number;
  readonly agreement: number | null;
  readonly reasons: string[];
}

/**
 * The drift of the regimes over the horizon, in deviations of the move; called where it is among the largest of the window's own, where the
 * rival fits agree, and where cost leaves enough of the stop (docs/analysis.md). Throws on a window with a flaw.
 */
export function ruleCall(market: KnownMarket, options: RuleOptions = {}): RuleCall {
  const {
    minReward = 1,
    horizonBars = 24,
    minAgreement = 1,
    scoreQuantile = 0.85,
    scoreBars = 150,
  } = options;
  const { stopMultiple = 0.5, rewardMultiple = 1.5, maxCostShare = 0.25 } = options;
  const { entry, cost, driftScale, windowWeight } = market;
  const context = market.context()!;
  const { values } = market.scores(horizonBars, scoreBars);
  const score = values.at(-1)!;
  const threshold = quantile(values.map(Math.abs), scoreQuantile);
  const side = score < 0 ? -1 : 1;
  const { fit, observations } = market.regimes();
  const returns = market.returns();
  const scores = { horizonBars, windowVariance: returns.variance, windowWeight, bars: scoreBars };
  const call = { returns: returns.values, observations, driftScale, scoreQuantile, scores };
  const agreement = Math.abs(score) < threshold ? null : rivalAgreement(fit.rivals, side, call);
  const toSl = stopMultiple * Math.sqrt(market.outlook(horizonBars).variance);
  const levels =
    score === 0 ? null : tradeLevels(side, entry, toSl, rewardMultiple, minReward, context.levels);
  const bounds = { threshold, scoreQuantile, minAgreement, maxCostShare };
  const verdict = explain({ ...bounds, score, agreement, horizonBars, levels, cost, context });
  return { side, ...verdict, levels, score, threshold, agreement };
}
