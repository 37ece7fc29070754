import { analyserSettings } from '../analyser-settings.ts';
import { createLearningBook, type LearningBook } from '../../operators/signals/outcomes/learning-book.ts';
import {
  type Analyser,
  createWindowAnalysers,
  type WindowAnalysers,
} from '../../operators/analysis/window-analysers.ts';
import { createExperienceBook, type ExperienceBook } from '../../operators/analysis/experience-book.ts';
import { createProfileBook, type ProfileBook } from '../../operators/analysis/profile-book.ts';
import { createSpreadBook, type SpreadBook } from '../../operators/ticks/spread-book.ts';
import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { Signal } from '../../schema/signal.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Store } from '../../store/open-store.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import { type AssignmentStates, createAssignmentStates } from './assignment-states.ts';
import type { Context } from '../context.ts';
import { horizonEndOf } from '../horizon-end-of.ts';
import { visitorsOf } from '../visitors.ts';

export interface Analysis {
  readonly pool: AnalysisPool;
  readonly learning: LearningBook;
  readonly spreads: SpreadBook;
  readonly profiles: ProfileBook;
  readonly experiences: ExperienceBook;
  /** Signals that are open, by id. */
  readonly openSignals: Map<string, Signal>;
  /** Of any assignment, or of one. */
  readonly isOpen: (symbol: string, timeframe?: Timeframe, assignment?: string) => boolean;
  /** How a window is analysed: with what was known of its symbol at its close, or for null with nothing but the candles. */
  readonly analyserOf: WindowAnalysers['of'];
  /** How each assignment fares. */
  readonly states: AssignmentStates;
  /** What the actors are given. */
  readonly analyser: Analyser;
}

/** Analyses in a pool's threads, with what past outcomes and observed spreads teach them. */
export async function openAnalysis(
  { config, log, markets, assignments }: Pick<Context, 'config' | 'log' | 'markets' | 'assignments'>,
  store: Pick<Store, 'signals' | 'candles'>,
  pool: AnalysisPool,
  spreads: SpreadBook = createSpreadBook(),
): Promise<Analysis> {
  const learning = createLearningBook({ isConfigured: visitorsOf(config).isConfigured });
  await teach(learning, store);
  const profiles = createProfileBook({
    read: (symbol, timeframe, until, limit) => store.candles.closes(symbol, timeframe, until, limit),
    onFailure: (error, symbol, timeframe) =>
      log.warn(
        { err: error, symbol, timeframe },
        'analysed without the time of day: the store gave no history',
      ),
  });
  const experiences = createExperienceBook({
    horizonEnd: (...of) => horizonEndOf(markets)(...of),
    jumpLimitsOf: (symbol) => markets.jumpLimitsOf(symbol),
  });
  const analysers = createWindowAnalysers({
    analyse: pool.analyse,
    learning,
    spreads,
    profiles,
    experiences,
    ...analyserSettings({ config, markets }),
    byDefault: assignments.byDefault,
  });
  const openSignals = new Map((await store.signals.open()).map((signal) => [signal.id, signal]));
  return {
    pool,
    learning,
    spreads,
    profiles,
    experiences,
    openSignals,
    isOpen: (symbol, timeframe, assignment) =>
      openSignals
        .values()
        .some(
          (signal) =>
            signal.symbol === symbol &&
            (timeframe ?? signal.timeframe) === signal.timeframe &&
            (assignment === undefined || ownerOf(signal).assignment === assignment),
        ),
    analyserOf: analysers.of,
    states: createAssignmentStates(),
    analyser: analysers.live,
  };
}

/** Tells a book all that the store knows of how signals ended. What it knows already counts once. */
export async function teach(learning: LearningBook, store: Pick<Store, 'signals'>): Promise<void> {
  for (const ended of await store.signals.outcomes()) {
    learning.add(ended, ended.outcome);
    if (ended.levels !== null) learning.judge(ended, ended.levels);
  }
}
