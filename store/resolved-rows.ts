import type { Forecast } from '../schema/forecast.ts';
import type { Outcome } from '../schema/signal.ts';

/** A resolved signal as statistics and learning see it. */
export interface ResolvedSignal extends Forecast {
  /** The published probability that TP comes first. */
  readonly confidence: number;
  readonly outcome: Outcome;
  /** What its levels came to, whatever ended the signal; null where that is not known, or not yet. */
  readonly levels: Outcome | null;
}

export interface ResolvedRow {
  readonly id: string;
  readonly symbol: string;
  readonly timeframe: Forecast['timeframe'];
  readonly assignment: string;
  readonly probability: number | null;
  readonly confidence: number;
  readonly source: string | null;
  readonly outcome: Outcome;
  readonly levels_outcome: Outcome | null;
}

/** Columns of a ResolvedRow, from `signal`. */
export const resolvedColumns = `id, symbol, timeframe, assignment, outcome, levels_outcome,
  (body #>> '{risk_metrics,prob_tp_hit}')::float8 as probability, (body ->> 'confidence')::float8 as confidence,
  body #>> '{lineage,source}' as source`;

export const resolvedOf = (row: ResolvedRow): ResolvedSignal => ({
  id: row.id,
  symbol: row.symbol,
  timeframe: row.timeframe,
  assignment: row.assignment,
  source: row.source === 'posted' ? 'posted' : 'live',
  probability: row.probability,
  confidence: row.confidence,
  outcome: row.outcome,
  levels: row.outcome.status === 'reversed' ? row.levels_outcome : row.outcome,
});
