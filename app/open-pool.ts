import { type AnalysisPool, createAnalysisPool } from '../workers/analysis-pool.ts';
import type { Context } from './context.ts';

/** The worker threads of this process. */
export function openPool({ metrics, own }: Context): AnalysisPool {
  return own(
    createAnalysisPool({
      onTask: ({ lane, result, waitMs, runMs }) => {
        metrics.analyses.inc({ lane, result });
        metrics.analysisWait.observe({ lane }, waitMs / 1000);
        metrics.analysisRun.observe({ lane }, runMs / 1000);
      },
    }),
  );
}
