import {
  createLearningBook,
  type LearningBook,
  type TaughtClose,
  UNTAUGHT,
} from '../operators/learning-book.ts';
import type { WindowAnalyser } from '../operators/analyse-window.ts';
import { createSpreadBook, type SpreadBook } from '../operators/spread-book.ts';
import type { Signal } from '../schema/signal.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import type { Store } from '../store/open-store.ts';
import type { AnalysisLane, AnalysisPool } from '../workers/analysis-pool.ts';
import type { Context } from './context.ts';

export interface Analysis {
  readonly pool: AnalysisPool;
  readonly learning: LearningBook;
  readonly spreads: SpreadBook;
  /** Signals that are open, by id. */
  readonly openSignals: Map<string, Signal>;
  readonly isOpen: (symbol: string, timeframe?: Timeframe) => boolean;
  /** How a window is analysed: with what was known of its symbol at its close, or for null with nothing but the candles. */
  readonly analyserOf: (close: TaughtClose | null, lane?: AnalysisLane) => WindowAnalyser;
}

/** Analyses in a pool's threads, with what past outcomes and observed spreads teach them. */
export async function openAnalysis(
  { config }: Pick<Context, 'config'>,
  store: Pick<Store, 'signals'>,
  pool: AnalysisPool,
  spreads: SpreadBook = createSpreadBook(),
): Promise<Analysis> {
  const learning = createLearningBook();
  await teach(learning, store);
  const openSignals = new Map((await store.signals.open()).map((signal) => [signal.id, signal]));
  return {
    pool,
    learning,
    spreads,
    openSignals,
    isOpen: (symbol, timeframe) =>
      openSignals
        .values()
        .some((signal) => signal.symbol === symbol && (timeframe ?? signal.timeframe) === signal.timeframe),
    analyserOf: (close, lane = { lane: 'request' }) => ({
      analyse: (window, options) => pool.analyse(window, options, lane),
      options: {
        costBps: (close === null ? undefined : spreads.medianBps(close.symbol)) ?? config.SPREAD_BPS,
        minReward: config.RISK_MIN_REWARD,
      },
      learning: close === null ? UNTAUGHT : learning.of(close),
    }),
  };
}

/** Tells a book all that the store knows of how signals ended. What it knows already counts once. */
export async function teach(learning: LearningBook, store: Pick<Store, 'signals'>): Promise<void> {
  for (const ended of await store.signals.outcomes()) {
    learning.add(ended, ended.outcome);
    if (ended.levels !== null) learning.judge(ended, ended.levels);
  }
}
