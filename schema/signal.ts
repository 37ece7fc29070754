import { z } from 'zod';
import { Owner } from './strategies/assignment.ts';
import { Timeframe } from './timeframe.ts';

export const SignalType = z.enum(['BUY', 'SELL', 'WAIT']);
export type SignalType = z.infer<typeof SignalType>;

/** The older field `signal` writes the state WAIT as `HOLD`. */
export const SignalWord = z.enum(['BUY', 'SELL', 'HOLD']);

const probability = z.number().min(0).max(1);

/** A gate's result for one decision. A refused decision becomes WAIT, with the reason in `reasoning`. */
export const GateVerdict = z.object({
  gate: z.enum(['data_quality', 'news', 'risk', 'channel']),
  passed: z.boolean(),
  reason: z.string().optional(),
});
export type GateVerdict = z.infer<typeof GateVerdict>;

export const MarketContext = z.object({
  trend: z.object({
    direction: z.enum(['up', 'down', 'flat']),
    slope_pct_per_bar: z.number(),
    t_statistic: z.number(),
    r_squared: z.number(),
  }),
  /** Per-bar volatility of log returns, from OHLC. */
  volatility: z.number(),
  /** Last volume over the window's median; null where volume is missing or of mixed kinds. */
  volume_surge: z.number().nullable(),
  support: z.number().nullable(),
  resistance: z.number().nullable(),
  /** Position of the close in the window's range: 0 low, 1 high. */
  range_position: z.number(),
  breakout: z.enum(['up', 'down', 'none']),
});
export type MarketContext = z.infer<typeof MarketContext>;

/** Odds and money of the levels; null as a whole number where the decision is WAIT and there are no levels. */
export const RiskMetrics = z.object({
  risk_reward_ratio: z.number().nullable(),
  potential_profit_pct: z.number().nullable(),
  potential_loss_pct: z.number().nullable(),
  prob_tp_hit: probability.nullable(),
  prob_sl_hit: probability.nullable(),
  prob_neither: probability.nullable(),
  breakeven_probability: z.number().nullable(),
  expected_value: z.number().nullable(),
  expected_value_pct: z.number().nullable(),
  expected_r: z.number().nullable(),
});
export type RiskMetrics = z.infer<typeof RiskMetrics>;

export const DistanceInfo = z.object({
  distance_to_entry_pct: z.number().nullable(),
  is_within_range: z.boolean(),
  distance_to_tp_pct: z.number().nullable(),
  distance_to_sl_pct: z.number().nullable(),
  distance_to_support_pct: z.number().nullable(),
  distance_to_resistance_pct: z.number().nullable(),
});

export const LearningStats = z.object({
  hmm_confidence: probability,
  trend_strength: z.number(),
  volatility: z.number(),
  /** Of resolved signals of the symbol and timeframe; null while there are none. */
  win_rate: probability.nullable(),
  trades_count: z.number().int(),
  /** Resolved outcomes that the published confidence is calibrated on. */
  calibration_count: z.number().int(),
});

export const Regime = z.object({
  state: z.string(),
  probabilities: z.record(z.string(), probability),
  /** Bars. */
  expected_duration: z.number(),
  /** The most probable states of the window's bars as runs, oldest first; the last run is of `state`. */
  recent: z.array(z.object({ state: z.string(), bars: z.number().int() })).optional(),
});

/** One decision on one closed candle: what `/analyze` answers and what flows through the gates. */
export const Decision = z.object({
  symbol: z.string(),
  timeframe: Timeframe,
  /** Close of the last candle, Unix ms. */
  close_time: z.number(),
  signal: SignalWord,
  signal_type: SignalType,
  entry: z.number(),
  tp: z.number().nullable(),
  sl: z.number().nullable(),
  /** Calibrated probability that TP comes before SL within the horizon; 0 for WAIT without levels. */
  confidence: probability,
  reasoning: z.string(),
  market_context: MarketContext,
  risk_metrics: RiskMetrics,
  distance_info: DistanceInfo,
  is_breakout: z.boolean(),
  is_discounted: z.boolean(),
  learning_stats: LearningStats,
  regime: Regime,
  gates: z.array(GateVerdict),
  lineage: z.record(z.string(), z.unknown()),
  /** Whose decision it is. Absent in what servers of before assignments have stored and sent: it was the default one's, live. */
  ...Owner.partial().shape,
});
export type Decision = z.infer<typeof Decision>;

/**
 * `void`: the price it was followed by is no longer in the unit it was issued in (a split, a redenomination) or is no price. It has no result.
 */
export const SignalStatus = z.enum(['open', 'tp', 'sl', 'reversed', 'expired', 'void']);
export type SignalStatus = z.infer<typeof SignalStatus>;

/** How a signal ended. Times Unix ms; excursions and result in R, the distance from entry to SL. */
export const Outcome = z.object({
  status: SignalStatus,
  resolved_at: z.number(),
  /** Of `void` the last price before the break. */
  exit_price: z.number(),
  /** Result in R after cost; null for `void`, which enters no statistic. */
  r: z.number().nullable(),
  /** Maximum favourable and adverse excursion, R. */
  mfe: z.number(),
  mae: z.number(),
  /** Judged on 1min bars, one of which held both levels: SL was counted. */
  ambiguous_bar: z.boolean(),
  /** Why it is void. */
  reason: z.string().optional(),
});
export type Outcome = z.infer<typeof Outcome>;

export const DeliveryState = z.enum([
  'queued',
  'sending',
  'delivered',
  'failed',
  'parked',
  'expired',
  'superseded',
]);
export type DeliveryState = z.infer<typeof DeliveryState>;

export const Delivery = z.object({
  channel: z.string(),
  state: DeliveryState,
  attempts: z.number().int(),
  last_answer: z.string().nullable(),
  remote_id: z.string().nullable(),
  updated_at: z.number(),
});
export type Delivery = z.infer<typeof Delivery>;

/** A BUY or SELL that was issued. `id` is a hash of symbol, timeframe, close time and, but for the default one, assignment: the same everywhere. */
export const Signal = Decision.extend({
  id: z.string(),
  status: SignalStatus,
  created_at: z.number(),
  /** Unix ms after which it is no longer sent or followed, from the horizon in bars and the market's hours. */
  expires_at: z.number(),
  horizon_bars: z.number().int(),
  outcome: Outcome.nullable(),
  /** What the levels of a reversed signal came to after it; absent while that is not known. Judges its chance, `prob_tp_hit` and `confidence` alike. */
  levels_outcome: Outcome.optional(),
  /** Of the signal itself. */
  deliveries: z.array(Delivery),
  /** Deliveries of the posts of its end; absent where none is to be sent. */
  end_deliveries: z.array(Delivery).optional(),
});
export type Signal = z.infer<typeof Signal>;
