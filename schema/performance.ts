import { z } from 'zod';
import { format, instant, ofAssignment, ofMode, ofSymbol, ofTimeframe } from './query-fields.ts';
import { Mode, Owner } from './strategies/assignment.ts';
import { SignalStatus, SignalType } from './signal.ts';
import { Timeframe } from './timeframe.ts';

const sides = SignalType.exclude(['WAIT']);

/** Which results: the period holds those that ended at `since` or after, and before `until`. */
export const ResultsQuery = z.object({
  symbol: ofSymbol,
  timeframe: ofTimeframe,
  assignment: ofAssignment,
  mode: ofMode,
  side: z
    .enum(sides.options, { error: 'must be BUY or SELL' })
    .optional()
    .describe('Of this direction alone.'),
  since: instant.optional().describe('Ended at this time or after: Unix s or ms, or ISO.'),
  until: instant.optional().describe('Ended before this time.'),
});
export type ResultsQuery = z.infer<typeof ResultsQuery>;

/** A period that ends before it begins holds nothing: whoever asks for it is told. */
const isPeriod = ({ since, until }: ResultsQuery): boolean =>
  since === undefined || until === undefined || since < until;
const emptyPeriod = { error: 'must be later than since', path: ['until'] };

export const PerformanceQuery = ResultsQuery.refine(isPeriod, emptyPeriod);
export const TradesQuery = z.object({ ...ResultsQuery.shape, format }).refine(isPeriod, emptyPeriod);

/** Of resolved signals only. What has no value (no trade, no loss to divide by) is null, never Infinity. */
export const PerformanceFigures = z.object({
  resolved: z.number().int(),
  wins: z.number().int(),
  losses: z.number().int(),
  win_rate: z.number().nullable(),
  /** Wilson, 95 %; widened by `design_effect` where several symbols or timeframes are pooled. */
  win_rate_interval: z.tuple([z.number(), z.number()]).nullable(),
  /** Variance of the pooled win rate over that of independent signals; null where nothing is pooled or it cannot be estimated. */
  design_effect: z.number().nullable(),
  /** UTC days on which they ended. */
  days: z.number().int(),
  profit_factor: z.number().nullable(),
  expectancy_r: z.number().nullable(),
  /** Standard error of `expectancy_r` with the signals of one day as one cluster; null under two days. */
  expectancy_r_error: z.number().nullable(),
  /** 95 %, Student's t with one degree of freedom fewer than days. */
  expectancy_r_interval: z.tuple([z.number(), z.number()]).nullable(),
  max_drawdown_r: z.number().nullable(),
  /** Of the published probability that TP comes first, judged by what the levels came to, also after a reversal: `n` are known. */
  brier: z
    .object({
      n: z.number().int(),
      score: z.number(),
      reliability: z.number(),
      resolution: z.number(),
      uncertainty: z.number(),
    })
    .nullable(),
});
export type PerformanceFigures = z.infer<typeof PerformanceFigures>;

export const PerformanceAnswer = z.object({
  success: z.literal(true),
  symbol: z.string().nullable(),
  timeframe: Timeframe.nullable(),
  side: sides.nullable(),
  /** Whose results, and of which mode; null: of all assignments. */
  assignment: z.string().nullable().optional(),
  mode: z.enum([...Mode.options, 'all']).optional(),
  /** The period asked for, Unix ms; null where it has no such end. */
  since: z.number().nullable(),
  until: z.number().nullable(),
  ...PerformanceFigures.shape,
  /** Still open now, whatever the period. */
  open: z.number().int(),
  /** Resolved signals by how they ended; `void` ones are in no other figure. */
  by_status: z.object({
    tp: z.number(),
    sl: z.number(),
    reversed: z.number(),
    expired: z.number(),
    void: z.number(),
  }),
  /** Sum of R after each resolved signal, oldest first; time Unix ms. At most the last 1,000. */
  equity: z.array(z.object({ time: z.number(), r: z.number() })),
  /**
   * How many results fell from `from` up to `to`, in R, lowest first; `from` is null in the first bin where it holds all that is lower,
   * `to` in the last where it holds all that is higher. Zero is an edge.
   */
  histogram: z.array(
    z.object({ from: z.number().nullable(), to: z.number().nullable(), count: z.number().int() }),
  ),
  /** Published probability against what came, by bins of the former. */
  calibration: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      count: z.number().int(),
      predicted: z.number(),
      observed: z.number(),
    }),
  ),
  /** Symbols of one market (candles correlated above .95): pooled figures count one of them, and leave out the others' signals. */
  same_market: z.array(
    z.object({
      symbols: z.array(z.string()),
      counted: z.string(),
      /** The lowest, in size, of the others with the one that counts. */
      correlation: z.number(),
      left_out: z.number().int(),
    }),
  ),
  /** What each gate withheld, followed as if it had been issued. */
  withheld: z.record(z.string(), PerformanceFigures),
});
export type PerformanceAnswer = z.infer<typeof PerformanceAnswer>;

/**
 * A resolved signal as one row. Times are ISO in UTC, prices in quote currency, `_r` fields in R (distances from entry to SL) after cost,
 * probabilities from 0 to 1. The names are those of the backtest's trades.
 */
export const Trade = z.object({
  id: z.string(),
  symbol: z.string(),
  timeframe: Timeframe,
  side: sides,
  opened_at: z.string(),
  closed_at: z.string(),
  entry_price: z.number(),
  tp_price: z.number(),
  sl_price: z.number(),
  exit_price: z.number(),
  end: SignalStatus.exclude(['open']),
  /** Null for `void`, which has no result. */
  result_r: z.number().nullable(),
  mfe_r: z.number(),
  mae_r: z.number(),
  prob_tp_hit: z.number().nullable(),
  breakeven_probability: z.number().nullable(),
  /** What was published as `confidence`. */
  published_prob_tp_hit: z.number(),
  expected_r: z.number().nullable(),
  /** What the levels came to, also after a reversal; null where that is not known, or not yet. */
  levels_end: SignalStatus.exclude(['open']).nullable(),
  ambiguous_candle: z.boolean(),
  /** Of the simulated history that fills a fresh demo: nobody got it, nothing of it was posted. */
  simulated_history: z.boolean(),
  /** Whose signal it was; absent in the answers of older servers. */
  ...Owner.partial().shape,
});
export type Trade = z.infer<typeof Trade>;

/** In the order of their ends. `complete` is false where only the latest are in it: ask for the period before. */
export const TradesAnswer = z.object({
  success: z.literal(true),
  trades: z.array(Trade),
  count: z.number().int(),
  complete: z.boolean(),
});
export type TradesAnswer = z.infer<typeof TradesAnswer>;
