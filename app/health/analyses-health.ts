import type { AnalysisPool } from '../../workers/analysis-pool.ts';
import type { HealthSource } from './health.ts';

/**
 * What runs on the worker threads, and waits for them. `isNeeded`: this process is of no use without. A gateway is: prices and candles flow,
 * and all gateways would leave the balancer at once.
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
