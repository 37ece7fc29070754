import { csv } from '../../../http/documents/csv.ts';
import type { PlayedSignal } from '../played-signals.ts';

const columns = [
  'symbol',
  'timeframe',
  'side',
  'opened_at',
  'closed_at',
  'entry_price',
  'tp_price',
  'sl_price',
  'exit_price',
  'end',
  'result_r',
  'cost_r',
  'prob_tp_hit',
  'breakeven_probability',
  'published_prob_tp_hit',
  'expected_r',
  'levels_end',
  'ambiguous_candle',
] as const;

/**
 * The signals of a backtest as CSV, one a row in the order of their entries. Times are ISO in UTC, prices in quote currency, results in R
 * (distances from entry to SL) after cost, probabilities from 0 to 1. docs/backtest.md describes the columns.
 */
export function tradesCsv(symbol: string, timeframe: string, signals: readonly PlayedSignal[]): string {
  const iso = (time: number): string => new Date(time).toISOString();
  return csv(
    columns,
    signals.map(({ analysis, side, closeTime, closedAt, exit, costR, ...signal }) => [
      symbol,
      timeframe,
      side === 1 ? 'BUY' : 'SELL',
      iso(closeTime),
      iso(closedAt),
      analysis.entry,
      analysis.tp,
      analysis.sl,
      exit,
      signal.end,
      signal.r,
      costR,
      analysis.risk.probTpHit,
      analysis.risk.breakevenProbability,
      signal.calibrated,
      analysis.risk.expectedR,
      // The word of `/performance/trades`: no level came within the horizon.
      signal.levels.end === 'neither' ? 'expired' : signal.levels.end,
      signal.levels.ambiguous ? 1 : 0,
    ]),
  );
}
