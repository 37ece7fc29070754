import { z } from 'zod';
import { ofSymbol, ofTimeframe } from './query-fields.ts';
import { Timeframe } from './timeframe.ts';

export const PerformanceQuery = z.object({ symbol: ofSymbol, timeframe: ofTimeframe });

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
  ...PerformanceFigures.shape,
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
