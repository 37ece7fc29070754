import { UNTAUGHT } from '../../operators/signals/outcomes/learning-book.ts';
import { riskGate, type RiskLimits } from '../../operators/signals/gates/risk-gate.ts';
import { toDecision } from '../../operators/analysis/to-decision.ts';
import { volatilityRatio } from '../../operators/analysis/volatility-ratio.ts';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { candlesUpTo } from './analyse-bars.ts';
import type { ReplayOptions } from './replay-signals.ts';

/** The defaults of the configuration. */
const LIMITS: RiskLimits = { maxPerDay: 20, maxPerHour: 5, minSpacingMs: 15 * 60_000, minReward: 1 };

/** The server's own risk gate, with its defaults but for `limits`, asked with what a walk-forward knows at the close of a bar. */
export function riskGateOf(
  candles: CandleColumns,
  symbol: string,
  timeframe: Timeframe,
  options: AnalyseOptions & { costBps: number },
  limits: Partial<RiskLimits> = {},
): NonNullable<ReplayOptions['gate']> {
  return (analysis, bar, issued) => {
    const columns = candlesUpTo(candles, bar);
    const closeTime = candles.time[bar]! + timeframeMs[timeframe];
    const decision = toDecision(analysis, {
      symbol,
      timeframe,
      closeTime,
      columns,
      options,
      learning: UNTAUGHT,
    });
    const verdict = riskGate(decision, {
      limits: { ...LIMITS, ...limits },
      issued: issued.map(({ closeTime: at, side }) => ({
        at,
        timeframe,
        signal_type: side === 1 ? 'BUY' : 'SELL',
      })),
      cost: (options.costBps / 10_000) * analysis.entry,
      volatilityRatio: volatilityRatio(columns.high, columns.low),
    });
    return verdict.passed ? null : (verdict.reason ?? 'refused');
  };
}
