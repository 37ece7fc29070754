import type { Analysis } from '../../../models/decision/analysis.ts';
import { type BrierScore, brierScore } from '../../../models/report/brier-score.ts';
import { tradeStatistics, type TradeStatistics } from '../../../models/report/trade-statistics.ts';
import { wilsonInterval } from '../../../models/report/wilson-interval.ts';
import { mean, variance } from '../../../models/statistics.ts';
import type { PlayedSignal } from '../played-signals.ts';

export interface Summary {
  n: number;
  signalsPer100Bars: number;
  predicted: number;
  observed: number | null;
  interval: [number, number] | null;
  /** Mean R after cost, and its 95 % half width. */
  expectancyR: number;
  expectancyError: number;
  trades: TradeStatistics;
  ends: Record<PlayedSignal['end'], number>;
  raw: BrierScore;
  calibrated: BrierScore;
  /** Mean of the break-even probabilities. */
  breakeven: number;
}

export function summarise(signals: readonly PlayedSignal[], bars: number): Summary {
  const forecasts = signals.map((signal) => signal.analysis.risk.probTpHit);
  const outcomes = signals.map((signal) => signal.levels.end === 'tp');
  const won = outcomes.filter(Boolean).length;
  const r = signals.map((signal) => signal.r);
  const count = (end: PlayedSignal['end']): number => signals.filter((signal) => signal.end === end).length;
  return {
    n: signals.length,
    signalsPer100Bars: (100 * signals.length) / bars,
    predicted: mean(forecasts),
    observed: signals.length > 0 ? won / signals.length : null,
    interval: wilsonInterval(won, signals.length),
    expectancyR: mean(r),
    expectancyError: 1.96 * Math.sqrt(variance(r, 1) / Math.max(1, r.length)),
    trades: tradeStatistics(r),
    ends: { tp: count('tp'), sl: count('sl'), expired: count('expired'), reversed: count('reversed') },
    raw: brierScore(forecasts, outcomes, 20),
    calibrated: brierScore(
      signals.map((signal) => signal.calibrated),
      outcomes,
      20,
    ),
    breakeven: mean(signals.map((signal) => signal.analysis.risk.breakevenProbability)),
  };
}

/** The filters that the rule does not apply, each with what it would have kept. */
export const FILTERS: Record<string, (analysis: Analysis) => boolean> = {
  'with the trend': (a) => a.marketContext!.trend.direction === (a.direction === 'BUY' ? 'up' : 'down'),
  'not against the trend': (a) =>
    a.marketContext!.trend.direction !== (a.direction === 'BUY' ? 'down' : 'up'),
  'at a discount': (a) => a.isDiscounted,
  'on a breakout its way': (a) =>
    a.marketContext!.breakout.direction === (a.direction === 'BUY' ? 'up' : 'down'),
  'no breakout': (a) => !a.isBreakout,
  'volume at least usual': (a) => (a.marketContext!.volumeSurge ?? 1) >= 1,
  'raw expectation above zero': (a) => a.risk!.expectedR > 0,
};
