import type pg from 'pg';
import { DEFAULT_ASSIGNMENT } from '../schema/strategies/assignment.ts';
import type { ResultsQuery, Trade } from '../schema/performance.ts';
import type { Outcome } from '../schema/signal.ts';
import { resultsWhere } from './results-where.ts';

type TradeRow = Omit<
  Trade,
  | 'opened_at'
  | 'closed_at'
  | 'exit_price'
  | 'end'
  | 'result_r'
  | 'mfe_r'
  | 'mae_r'
  | 'levels_end'
  | 'ambiguous_candle'
> & { readonly close_time: number; readonly outcome: Outcome; readonly levels_outcome: Outcome | null };

const number = (path: string) => `(body #>> '{${path}}')::float8`;
const columns = `id, symbol, timeframe, signal_type as side, close_time, outcome, levels_outcome,
  ${number('entry')} as entry_price, ${number('tp')} as tp_price, ${number('sl')} as sl_price,
  ${number('risk_metrics,prob_tp_hit')} as prob_tp_hit, ${number('risk_metrics,breakeven_probability')} as breakeven_probability,
  ${number('confidence')} as published_prob_tp_hit, ${number('risk_metrics,expected_r')} as expected_r,
  assignment, mode, coalesce(body ->> 'strategy', '${DEFAULT_ASSIGNMENT}') as strategy,
  coalesce(body ->> 'version', body #>> '{lineage,version}', '') as version,
  coalesce((body #>> '{lineage,simulated_history}') = 'true', false) as simulated_history`;

/** Resolved signals as trades in the order of their ends; of more than `limit` the latest. */
export async function closedTrades(pool: pg.Pool, query: ResultsQuery, limit: number): Promise<Trade[]> {
  const { where, values } = resultsWhere(query, 'signal_type');
  const { rows } = await pool.query<TradeRow>(
    `select ${columns} from signal where ${where} order by resolved_at desc, id desc limit $8`,
    [...values, limit],
  );
  return rows.map(tradeOf).reverse();
}

function tradeOf({ close_time, outcome, levels_outcome, ...row }: TradeRow): Trade {
  const levels = outcome.status === 'reversed' ? levels_outcome : outcome;
  return {
    id: row.id,
    symbol: row.symbol,
    timeframe: row.timeframe,
    side: row.side,
    opened_at: new Date(close_time).toISOString(),
    closed_at: new Date(outcome.resolved_at).toISOString(),
    entry_price: row.entry_price,
    tp_price: row.tp_price,
    sl_price: row.sl_price,
    exit_price: outcome.exit_price,
    end: outcome.status as Trade['end'],
    result_r: outcome.r,
    mfe_r: outcome.mfe,
    mae_r: outcome.mae,
    prob_tp_hit: row.prob_tp_hit,
    breakeven_probability: row.breakeven_probability,
    published_prob_tp_hit: row.published_prob_tp_hit,
    expected_r: row.expected_r,
    levels_end: (levels?.status as Trade['end'] | undefined) ?? null,
    ambiguous_candle: outcome.ambiguous_bar,
    simulated_history: row.simulated_history,
    strategy: row.strategy,
    assignment: row.assignment,
    mode: row.mode,
    version: row.version,
  };
}
