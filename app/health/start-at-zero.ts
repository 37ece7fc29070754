import type { TaskReport } from '../../workers/analysis-pool.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import type { Metrics } from '../metrics.ts';

const lanes = ['live', 'request'] as const satisfies readonly TaskReport['lane'][];
const results = ['done', 'failed', 'timeout', 'refused'] as const satisfies readonly TaskReport['result'][];
/** How an attempt to post can end. */
const ends = ['delivered', 'queued', 'failed', 'parked'] as const;

/**
 * Counters that alerts watch exist from the start, at 0. One that appears with its first failure as 1 has not increased in
 * the eyes of Prometheus: that failure would alarm nobody.
 */
export function startAtZero(
  metrics: Metrics,
  known: { readonly channels: readonly string[]; readonly timeframes: readonly Timeframe[] },
): void {
  for (const lane of lanes) for (const result of results) metrics.analyses.inc({ lane, result }, 0);
  for (const channel of known.channels) for (const state of ends) metrics.attempts.inc({ channel, state }, 0);
  for (const timeframe of known.timeframes) metrics.analysesSuperseded.inc({ timeframe }, 0);
  // Every symbol has 1min candles, analysed or not.
  for (const timeframe of new Set<Timeframe>(['1min', ...known.timeframes]))
    for (const complete of ['true', 'false']) metrics.candles.inc({ timeframe, complete }, 0);
}
