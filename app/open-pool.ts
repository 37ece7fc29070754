import { type AnalysisPool, createAnalysisPool, type TaskReport } from '../workers/analysis-pool.ts';
import { analysisWorker } from '../workers/analysis-worker.ts';
import { createRemoteAnalysis } from '../workers/remote-analysis.ts';
import type { Strategies } from '../workers/strategies/open-strategies.ts';
import { withStrategies } from '../workers/strategies/with-strategies.ts';
import type { Cluster } from './cluster.ts';
import type { Context } from './context.ts';

/** The worker threads of this process, and its strategies beside them. */
export function openPool(context: Context, strategies?: Strategies): AnalysisPool {
  const onTask = counted(context);
  const pool = context.own(createAnalysisPool({ onTask }));
  return strategies === undefined ? pool : withStrategies(pool, strategies, { onTask });
}

/** Three beats of an analyser and a bit: who asks has its 503 within a second. */
const silenceMs = 700;

/** The worker threads of those processes that have the role `analysis`. */
export function openRemotePool(context: Context, { link }: Pick<Cluster, 'link'>): AnalysisPool {
  return context.own(
    createRemoteAnalysis({
      connection: link.commands,
      silenceMs,
      outageMs: silenceMs,
      onTask: counted(context),
    }),
  );
}

/** Answers what the others ask, in threads of its own. */
export function serveAnalyses(
  context: Context,
  { link }: Pick<Cluster, 'link'>,
  strategies: Strategies,
): void {
  const { log, wallNow, own } = context;
  const connection = link.blocking();
  own({ close: () => connection.disconnect() });
  own(
    analysisWorker({
      connection,
      wallNow,
      strategies,
      onTask: counted(context),
      onError: (error) => log.warn({ err: error }, 'the queue of analyses has trouble'),
    }),
  );
}

const counted =
  ({ metrics }: Context) =>
  ({ lane, result, waitMs, runMs }: TaskReport) => {
    metrics.analyses.inc({ lane, result });
    metrics.analysisWait.observe({ lane }, waitMs / 1000);
    metrics.analysisRun.observe({ lane }, runMs / 1000);
  };
