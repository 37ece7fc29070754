import type { AnalyseOptions } from '../../models/decision/analyse.ts';
import type { Analysis } from '../../models/decision/analysis.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { StrategyClose } from '../../strategy/run/decide.ts';
import type { VolatilityProfile } from '../../models/volatility/volatility-profile.ts';
import type { Owner } from '../../schema/strategies/assignment.ts';
import type { CloseVerdict } from './analyse-closes.ts';
import type { Learning } from '../signals/outcomes/learning-book.ts';
import { type DecisionContext, toDecision } from './to-decision.ts';

export interface WindowAnalyser {
  /** Where the numbers are crunched: a worker pool, or the function itself. */
  readonly analyse: (
    columns: CandleColumns,
    options: AnalyseOptions,
    strategy?: StrategyClose,
  ) => Promise<Analysis> | Analysis;
  /** Who decides. @default the built-in rule */
  readonly strategy?: StrategyClose;
  /** Cost of entry and exit, minReward and the like; the calibration is added from `learning`. */
  readonly options: AnalyseOptions;
  readonly learning: Learning;
  /** See DecisionContext. */
  readonly isUnhashed?: boolean;
  /** Whose analysis it is. @default nobody's */
  readonly owner?: Owner;
  /** The time of day of the market's volatility, from bars no later than the window's. @default nothing is known of it */
  readonly profileOf?: (columns: CandleColumns) => Promise<VolatilityProfile | undefined>;
}

/** Analyses one window and gives the result in the terms of the wire: the same for a live close, a posted one and `/analyze`. */
export async function analyseWindow(
  columns: CandleColumns,
  close: Pick<DecisionContext, 'symbol' | 'timeframe' | 'closeTime'>,
  analyser: WindowAnalyser,
): Promise<CloseVerdict> {
  const { learning, owner, isUnhashed } = analyser;
  const profile = await analyser.profileOf?.(columns);
  const options: AnalyseOptions = {
    ...analyser.options,
    calibration: learning.calibration,
    ...(profile === undefined ? {} : { profile }),
  };
  const { strategy } = analyser;
  const analysis = await (strategy === undefined
    ? analyser.analyse(columns, options)
    : analyser.analyse(columns, options, strategy));
  const decision = toDecision(analysis, {
    ...close,
    columns,
    options,
    learning,
    owner,
    strategy,
    isUnhashed,
  });
  const cost = ((options.costBps ?? 1) / 10_000) * analysis.entry;
  return { decision, horizonBars: analysis.horizonBars, cost };
}
