import type { Analysis } from './analysis.ts';
import type { Calibration } from '../report/calibration.ts';
import { callAnalysis, frameOf } from './call-analysis.ts';
import type { CandleColumns } from '../candle-columns.ts';
import { knownMarket, type MarketOptions } from './known-market.ts';
import { quietAnalysis } from './quiet-analysis.ts';
import type { Experience } from '../odds/experience.ts';
import { ruleCall, type RuleOptions } from './rule-call.ts';

export { WINDOW } from './known-market.ts';

export interface AnalyseOptions extends MarketOptions, RuleOptions {
  /** Shift of the published probability, from resolved outcomes. @default none */
  calibration?: Calibration;
  /** What came of the market's earlier candidates, from bars no later than the last candle. @default none */
  experience?: Experience;
}

/**
 * The whole decision rule (docs/analysis.md) on the last 250 closed candles: features, a fresh HMM fit, filtered regimes, score, levels,
 * odds. Pure: the same candles, options and seed give the same result to the last bit on one Node version; the scale of the prices does
 * not matter. Never uses a smoothed probability of a bar for a decision on that bar: smoothing only estimates the states' moments.
 *
 * Throws a RangeError for fewer than 250 candles; invalid, broken or motionless ones give WAIT with the reason.
 */
export function analyse(candles: CandleColumns, options: AnalyseOptions = {}): Analysis {
  const { horizonBars = 24 } = options;
  const market = knownMarket(candles, options);
  const flaw = market.flaw();
  if (flaw !== null) {
    const frame = frameOf(market, horizonBars);
    return quietAnalysis(frame, market.context(), flaw.reason, flaw.discontinuity);
  }
  return callAnalysis(market, { ...ruleCall(market, options), horizonBars }, options);
}
