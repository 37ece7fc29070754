import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { HealthSource } from './health.ts';

/**
 * What runs on the worker threads, and waits for them. `isNeeded`: without analyses this process is not ready. False for a gateway: prices
 * still flow, and every gateway would leave the balancer at once.
 */
export function analysesHealth(
  pool: Pick<AnalysisPool, 'threads' | 'running' | 'waiting' | 'away'>,
  isNeeded = true,
): HealthSource {
  return {
    parts: () => {
      const { threads, running, waiting, away } = pool;
      const figures = { threads, running, waiting: waiting.live + waiting.requests };
      return {
        analyses:
          away === undefined
            ? { state: 'ok', ...figures }
            : { state: 'down', reason: `nothing is analysed: ${away}`, ...figures },
      };
    },
    reasons: () => (isNeeded && pool.away !== undefined ? [`analyses: ${pool.away}`] : []),
  };
}
