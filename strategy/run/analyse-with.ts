import type { Analysis } from '../../models/decision/analysis.ts';
import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import { callAnalysis, frameOf } from '../../models/decision/call-analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import { type KnownMarket, knownMarket } from '../../models/decision/known-market.ts';
import { quietAnalysis } from '../../models/decision/quiet-analysis.ts';
import { statedLevels } from '../../models/decision/stated-levels.ts';
import type { TradeLevels } from '../../models/decision/trade-levels.ts';
import type { StrategyDecision } from '../contract.ts';
import type { Strategy } from '../define.ts';
import { decide, type StrategyClose } from './decide.ts';
import { WrongDecision } from './read-decision.ts';

/**
 * The analysis of one close by a strategy: what it decided, with levels and odds under the same market as the built-in rule's. A window with a
 * flaw is WAIT without asking it; a wrong answer, or a throw, is WAIT with the reason and `strategy.fault`. `market` must be of the same
 * candles and options: one market may serve many strategies.
 *
 * Throws a RangeError for fewer than 250 candles.
 */
export function analyseWith(
  strategy: Strategy,
  close: StrategyClose,
  columns: CandleColumns,
  options: AnalyseOptions,
  market: KnownMarket = knownMarket(columns, options),
): Analysis {
  const { name, version } = close;
  const who = { name, version, tags: [] };
  const flaw = market.flaw();
  if (flaw !== null)
    return {
      ...quietAnalysis(frameOf(market, 24), market.context(), flaw.reason, flaw.discontinuity),
      strategy: { ...who, fault: null },
    };
  try {
    const decision = decide(strategy, close, columns, market, options);
    const analysis = analysisOf(decision, market, options);
    return { ...analysis, strategy: { ...who, tags: [...(decision.tags ?? [])], fault: null } };
  } catch (error) {
    const kind = error instanceof WrongDecision ? 'wrong' : 'threw';
    const message = messageOf(error);
    const reason = `The strategy ${name} failed: ${message}.`;
    return {
      ...quietAnalysis(frameOf(market, 24), market.context(), reason),
      strategy: { ...who, fault: { kind, message } },
    };
  }
}

function analysisOf(decision: StrategyDecision, market: KnownMarket, options: AnalyseOptions): Analysis {
  const { horizonBars = 24, reason, remarks = [], score = 0, threshold = 0, agreement = null } = decision;
  const reasons = [reason, ...remarks];
  const to = decision.action === 'WAIT' ? decision.leaning : decision.action;
  const context = market.context()!;
  if (to === undefined) {
    const isBreakout = context.breakout.direction !== 'none';
    const quiet = quietAnalysis(frameOf(market, horizonBars), context, reason);
    return { ...quiet, reasons, isBreakout, score, threshold, agreement };
  }
  const side = to === 'BUY' ? 1 : -1;
  const levels = levelsOf(decision, side, market, options);
  const called = decision.action !== 'WAIT';
  const call = { side, called, levels, horizonBars, score, threshold, agreement } as const;
  const why = called && levels === null ? [`${NO_LEVELS} ${reason}`.slice(0, 600), ...remarks] : reasons;
  return callAnalysis(market, { ...call, reasons: why }, options);
}

/** Those that a decision states, or the usual ones; null where they would not be prices apart from the entry. */
export function levelsOf(
  decision: StrategyDecision,
  side: 1 | -1,
  market: KnownMarket,
  { minReward = 1 }: Pick<AnalyseOptions, 'minReward'>,
): TradeLevels | null {
  const { stop, target, stopMultiple = 0.5, rewardMultiple = 1.5, horizonBars = 24 } = decision;
  const toStop = () => stopMultiple * Math.sqrt(market.outlook(horizonBars).variance);
  const stated = { stop, target, toStop, rewardMultiple, minReward };
  return statedLevels(side, market.entry, stated, () => market.context()!.levels);
}

const NO_LEVELS = 'The levels would not be prices apart from the entry.';

/** Of whatever was thrown, which may be anything, and may throw again. */
export function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message : String(error);
    return text.replaceAll(/\s+/g, ' ').slice(0, 400);
  } catch {
    return 'something was thrown that cannot be printed';
  }
}
