import { jumpLimitsOf } from '../models/jump-limits.ts';
import { createLearningBook, type LearningBook, UNTAUGHT } from '../operators/learning-book.ts';
import type { WindowAnalyser } from '../operators/analyse-window.ts';
import { createSpreadBook, type SpreadBook } from '../operators/spread-book.ts';
import { assetClassOf } from '../schema/instrument.ts';
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
  /** How a window is analysed: with what is known of its symbol, or for null with nothing but the candles. */
  readonly analyserOf: (
    close: { readonly symbol: string; readonly timeframe: Timeframe } | null,
    lane?: AnalysisLane,
  ) => WindowAnalyser;
}

/** Analyses in a pool's threads, with what past outcomes and observed spreads teach them. */
export async function openAnalysis(
  { config }: Pick<Context, 'config'>,
  store: Pick<Store, 'signals'>,
  pool: AnalysisPool,
  spreads: SpreadBook = createSpreadBook(),
): Promise<Analysis> {
  const learning = createLearningBook();
  for (const signal of await store.signals.resolved()) {
    if (signal.outcome !== null) learning.add(signal, signal.outcome);
  }
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
        // Without a symbol nothing but the candles enters the numbers.
        ...(close !== null && { jumpStep: jumpLimitsOf(assetClassOf(close.symbol)).step }),
      },
      learning: close === null ? UNTAUGHT : learning.of(close.symbol, close.timeframe),
    }),
  };
}
