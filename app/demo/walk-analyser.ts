import { analyserSettings } from '../analyser-settings.ts';
import { WINDOW } from '../../models/decision/analyse.ts';
import type { CloseVerdict } from '../../operators/analysis/analyse-closes.ts';
import { createExperienceBook } from '../../operators/analysis/experience-book.ts';
import { createProfileBook } from '../../operators/analysis/profile-book.ts';
import { createWindowAnalysers } from '../../operators/analysis/window-analysers.ts';
import { createLearningBook } from '../../operators/signals/outcomes/learning-book.ts';
import type { CandleColumns } from '../../models/candle-columns.ts';
import type { Candle } from '../../schema/candle.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { Context } from '../context.ts';
import { horizonEndOf } from '../horizon-end-of.ts';
import { createPending, type Pending } from '../walk/pending.ts';
import { teachOutcomes } from '../teach-outcomes.ts';

export interface WalkAnalyser {
  readonly analyse: (columns: CandleColumns, candle: Candle) => Promise<CloseVerdict>;
  /** Its outcomes calibrate the analyses that follow. */
  readonly teach: (event: SignalEvent) => void;
  readonly pending: Pending;
  readonly count: () => number;
}

/** Analyses as the live ones, in the pool, taught by what the walk itself has seen; each marked as one of simulated history. */
export function walkAnalyser(
  { config, markets }: Pick<Context, 'config' | 'markets'>,
  { analyse }: Pick<AnalysisPool, 'analyse'>,
  candlesOf: (symbol: string, timeframe: Timeframe) => readonly Candle[],
): WalkAnalyser {
  const learning = createLearningBook();
  const pending = createPending();
  let count = 0;
  const { live } = createWindowAnalysers({
    analyse,
    learning,
    spreads: { medianBps: () => undefined },
    profiles: createProfileBook({
      read: async (symbol, timeframe, until, limit) => {
        const known = candlesOf(symbol, timeframe).filter(({ openTime }) => openTime <= until);
        // As a store would have it that was asked for the window alone.
        const read = known.slice(-Math.max(limit, WINDOW));
        return { time: read.map(({ openTime }) => openTime), close: read.map(({ close }) => close) };
      },
    }),
    experiences: createExperienceBook({
      horizonEnd: horizonEndOf(markets),
      jumpLimitsOf: markets.jumpLimitsOf,
    }),
    ...analyserSettings({ config, markets }),
  });

  const marked = async (columns: CandleColumns, candle: Candle): Promise<CloseVerdict> => {
    count += 1;
    const verdict = await live.analyse(columns, candle);
    const lineage = { ...verdict.decision.lineage, simulated_history: true };
    return { ...verdict, decision: { ...verdict.decision, lineage } };
  };
  return {
    pending,
    count: () => count,
    analyse: (columns, candle) => pending.add(marked(columns, candle)),
    teach: teachOutcomes(learning).hear,
  };
}
