import { type AnalysisPool, createAnalysisPool, type TaskReport } from '../workers/analysis-pool.ts';
import { analysisWorker } from '../workers/analysis-worker.ts';
import { createRemoteAnalysis } from '../workers/remote-analysis.ts';
import type { Cluster } from './cluster.ts';
import type { Context } from './context.ts';

/** The worker threads of this process. */
export function openPool(context: Context): AnalysisPool {
  return context.own(createAnalysisPool({ onTask: counted(context) }));
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
export function serveAnalyses(context: Context, { link }: Pick<Cluster, 'link'>): void {
  const { log, wallNow, own } = context;
  const connection = link.blocking();
  own({ close: () => connection.disconnect() });
  own(
    analysisWorker({
      connection,
      wallNow,
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
