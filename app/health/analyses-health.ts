import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { HealthSource } from './health.ts';

/** What runs on the worker threads, and waits for them. */
export function analysesHealth(pool: Pick<AnalysisPool, 'threads' | 'running' | 'waiting'>): HealthSource {
  return {
    parts: () => {
      const { threads, running, waiting } = pool;
      return { analyses: { state: 'ok', threads, running, waiting: waiting.live + waiting.requests } };
    },
    reasons: () => [],
  };
}
