import { createHash } from 'node:crypto';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Owner } from '../../schema/strategies/assignment.ts';
import type { Decision, GateVerdict, MarketContext, RiskMetrics } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Learning } from '../signals/outcomes/learning-book.ts';
import type { StrategyClose } from '../../strategy/run/decide.ts';
import { platformText } from './platform-text.ts';
import { strategyLineage } from './strategy-lineage.ts';
import { windowHash } from './window-bytes.ts';

export interface DecisionContext {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Close of the last candle, Unix ms. */
  readonly closeTime: number;
  /** What was analysed, and with what: enough to do it again. */
  readonly columns: CandleColumns;
  readonly options: AnalyseOptions;
  readonly learning: Learning;
  /** Whose decision it is. @default nobody's */
  readonly owner?: Owner | undefined;
  /** Who decided, with all that it was asked with. @default the built-in rule */
  readonly strategy?: StrategyClose | undefined;
  /** Will nobody ask for its numbers again, so that its lineage needs no hashes? @default false */
  readonly isUnhashed?: boolean | undefined;
}

/** An analysis in the terms of the wire. WAIT has no levels and no odds of them, whatever the score points to. */
export function toDecision(analysis: Analysis, context: DecisionContext): Decision {
  const { symbol, timeframe, closeTime, learning, owner } = context;
  const { direction, entry, tp, sl, confidence, distance, regime, marketContext } = analysis;
  const called = direction !== 'WAIT';
  return {
    symbol,
    timeframe,
    close_time: closeTime,
    signal: called ? direction : 'HOLD',
    signal_type: direction,
    entry,
    tp,
    sl,
    confidence,
    reasoning: platformText(reasoningOf(analysis).join(' ')),
    market_context: marketContextOf(analysis),
    risk_metrics: riskMetricsOf(called ? analysis.risk : null),
    distance_info: {
      distance_to_entry_pct: distance.toEntryPct,
      is_within_range: distance.isWithinRange,
      distance_to_tp_pct: called ? distance.toTpPct : null,
      distance_to_sl_pct: called ? distance.toSlPct : null,
      distance_to_support_pct: distance.toSupportPct,
      distance_to_resistance_pct: distance.toResistancePct,
    },
    is_breakout: analysis.isBreakout,
    is_discounted: analysis.isDiscounted,
    learning_stats: {
      hmm_confidence: regime.probabilities[regime.state],
      trend_strength: marketContext?.trend.r2 ?? 0,
      volatility: marketContext?.volatility.perBar ?? 0,
      win_rate: learning.winRate,
      trades_count: learning.trades,
      calibration_count: context.options.calibration?.n ?? 0,
    },
    regime: {
      state: regime.state,
      probabilities: { ...regime.probabilities },
      expected_duration: regime.expectedDurationBars,
      ...(analysis.hmm === null ? {} : { recent: regime.runs }),
    },
    // A refusal of the analysis itself is published as one of the data-quality gate.
    gates: brokenGate(analysis),
    lineage: lineageOf(analysis, context),
    ...owner,
  };
}

/** The reasons; after the one for a call its odds, which mean nothing without what they have to beat. */
function reasoningOf({ direction, reasons, risk }: Analysis): readonly string[] {
  if (direction === 'WAIT' || risk === null) return reasons;
  const [call = '', ...remarks] = reasons;
  return [call, oddsInWords(risk), ...remarks];
}

function oddsInWords({ probTpHit, breakevenProbability, expectedR }: NonNullable<Analysis['risk']>): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return `P(TP) is ${percent(probTpHit)}, break-even ${percent(breakevenProbability)}, the expectation ${expectedR.toFixed(2)} R after cost.`;
}

/**
 * What the decision rests on. `result_hash` is of the whole analysis: the same window and options must give it again to the last bit
 * on the same Node version.
 */
function lineageOf(
  analysis: Analysis,
  { columns, options, strategy, isUnhashed = false }: DecisionContext,
): Record<string, unknown> {
  return {
    version: analysis.modelVersion,
    node: process.version,
    seed: analysis.seed,
    options,
    ...(isUnhashed ? {} : { window_hash: windowHash(columns) }),
    window_bars: columns.close.length,
    volume_kind: columns.volumeKind,
    ...(isUnhashed ? {} : { result_hash: resultHash(analysis) }),
    score: analysis.score,
    threshold: analysis.threshold,
    agreement: analysis.agreement,
    variance_factors: analysis.varianceFactors,
    give_back: analysis.giveBack,
    odds_disagreement: analysis.oddsDisagreement,
    model_odds: modelOddsOf(analysis.modelTrade),
    ...(analysis.discontinuity === null ? {} : { discontinuity: { ...analysis.discontinuity } }),
    model: analysis.hmm,
    ...(strategy === undefined ? {} : { strategy: strategyLineage(analysis, strategy) }),
  };
}

/** Of a call, or of what would have been called: what the model says before what came of earlier candidates moves it. */
const modelOddsOf = (trade: Analysis['modelTrade']) =>
  trade === null
    ? null
    : { prob_tp_hit: trade.probTpHit, prob_sl_hit: trade.probSlHit, prob_neither: trade.probNeither };

const brokenGate = ({ discontinuity, reasons }: Analysis): GateVerdict[] =>
  discontinuity === null
    ? []
    : [{ gate: 'data_quality', passed: false, reason: platformText(reasons[0] ?? discontinuity.kind) }];

/** SHA-256 of an analysis, hex. Numbers go through JSON exactly. */
export function resultHash(analysis: Analysis): string {
  return createHash('sha256').update(JSON.stringify(analysis)).digest('hex');
}

function marketContextOf({ marketContext }: Analysis): MarketContext {
  if (marketContext === null) return unknownMarket;
  const { trend, volatility, volumeSurge, support, resistance, range, breakout } = marketContext;
  return {
    trend: {
      direction: trend.direction,
      slope_pct_per_bar: 100 * trend.slope,
      t_statistic: trend.tStatistic,
      r_squared: trend.r2,
    },
    volatility: volatility.perBar,
    volume_surge: volumeSurge,
    support,
    resistance,
    range_position: range.position,
    breakout: breakout.direction,
  };
}

const unknownMarket: MarketContext = {
  trend: { direction: 'flat', slope_pct_per_bar: 0, t_statistic: 0, r_squared: 0 },
  volatility: 0,
  volume_surge: null,
  support: null,
  resistance: null,
  range_position: 0.5,
  breakout: 'none',
};

const riskMetricsOf = (risk: Analysis['risk']): RiskMetrics => ({
  risk_reward_ratio: risk?.riskRewardRatio ?? null,
  potential_profit_pct: risk?.potentialProfitPct ?? null,
  potential_loss_pct: risk?.potentialLossPct ?? null,
  prob_tp_hit: risk?.probTpHit ?? null,
  prob_sl_hit: risk?.probSlHit ?? null,
  prob_neither: risk?.probNeither ?? null,
  breakeven_probability: risk?.breakevenProbability ?? null,
  expected_value: risk?.expectedValue ?? null,
  expected_value_pct: risk?.expectedValuePct ?? null,
  expected_r: risk?.expectedR ?? null,
});
