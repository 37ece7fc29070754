import type { Analysis } from '../../models/decision/analysis.ts';
import {
  type AnalysisLane,
  type AnalysisPool,
  type AnalysisPoolOptions,
  Overloaded,
} from '../analysis-pool.ts';
import type { StrategyTask } from './messages.ts';
import type { Strategies } from './open-strategies.ts';

/**
 * A pool of analyses that runs strategies too, each beside the pool's own threads: a strategy that is slow delays its own closes. The
 * bounds on what may wait hold for all strategies together. Both stay the caller's to close.
 */
export function withStrategies(
  pool: AnalysisPool,
  strategies: Pick<Strategies, 'analyse'>,
  {
    maxRequests = 64,
    maxLive = 10_000,
    onTask = () => {},
  }: Pick<AnalysisPoolOptions, 'maxRequests' | 'maxLive' | 'onTask'> = {},
): AnalysisPool {
  const under = { live: 0, request: 0 };

  const run = async (task: StrategyTask, lane: AnalysisLane): Promise<Analysis> => {
    const kind = lane.lane;
    if (under[kind] >= (kind === 'live' ? maxLive : maxRequests)) {
      onTask({ lane: kind, result: 'refused', waitMs: 0, runMs: 0 });
      throw new Overloaded(under.live + under.request, 1);
    }
    const since = performance.now();
    under[kind]++;
    let result: 'done' | 'failed' = 'failed';
    try {
      const analysis = await strategies.analyse(task, lane);
      result = 'done';
      return analysis;
    } finally {
      under[kind]--;
      onTask({ lane: kind, result, waitMs: 0, runMs: performance.now() - since });
    }
  };
  return {
    get threads() {
      return pool.threads;
    },
    get waiting() {
      return pool.waiting;
    },
    get running() {
      return pool.running + under.live + under.request;
    },
    get away() {
      return pool.away;
    },
    analyse: (columns, options, lane = { lane: 'request' }, close) =>
      close === undefined ? pool.analyse(columns, options, lane) : run({ close, columns, options }, lane),
    close: () => pool.close(),
  };
}
