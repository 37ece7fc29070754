import type { Outcome, Signal } from '../../schema/signal.ts';
import type { SignalEvent } from '../../schema/signal-event.ts';
import { timeframes } from '../../schema/timeframe.ts';

let count = 0;

/** A valid open BUY at 100 with TP 110 and SL 95, an hour to live, of a symbol of its own: a timeframe has one open at a time; `over` replaces fields. */
export function aSignal(over: Partial<Signal> = {}): Signal {
  count += 1;
  const now = Date.now();
  return {
    id: `s${process.pid.toString(36)}x${now.toString(36)}x${count}`,
    symbol: `T${count}USD`,
    timeframe: '1h',
    close_time: now - 1000,
    signal: 'BUY',
    signal_type: 'BUY',
    entry: 100,
    tp: 110,
    sl: 95,
    confidence: 0.6123,
    reasoning: 'trend up, volume above its median',
    market_context: {
      trend: { direction: 'up', slope_pct_per_bar: 0.1, t_statistic: 3, r_squared: 0.4 },
      volatility: 0.01,
      volume_surge: null,
      support: 95,
      resistance: 112,
      range_position: 0.7,
      breakout: 'none',
    },
    risk_metrics: {
      risk_reward_ratio: 2,
      potential_profit_pct: 10,
      potential_loss_pct: 5,
      prob_tp_hit: 0.5,
      prob_sl_hit: 0.4,
      prob_neither: 0.1,
      breakeven_probability: 0.34,
      expected_value: 1,
      expected_value_pct: 1,
      expected_r: 0.2,
    },
    distance_info: {
      distance_to_entry_pct: 0,
      is_within_range: true,
      distance_to_tp_pct: 10,
      distance_to_sl_pct: -5,
      distance_to_support_pct: -5,
      distance_to_resistance_pct: 12,
    },
    is_breakout: false,
    is_discounted: false,
    learning_stats: {
      hmm_confidence: 0.9,
      trend_strength: 3,
      volatility: 0.01,
      win_rate: null,
      trades_count: 0,
      calibration_count: 0,
    },
    regime: { state: 'up', probabilities: { up: 0.9, down: 0.1 }, expected_duration: 12 },
    gates: [],
    lineage: {},
    status: 'open',
    created_at: now,
    expires_at: now + 3600_000,
    horizon_bars: 24,
    outcome: null,
    deliveries: [],
    ...over,
  };
}

/** A place of its own for each of many signals that are open at once: as many of a symbol as there are timeframes. */
export const placeOf = (name: string, i: number) => ({
  symbol: `${name}${Math.floor(i / timeframes.length)}`,
  timeframe: timeframes[i % timeframes.length]!,
});

/** Base64 of a window that the tests can tell again. */
export const aWindow: string = Buffer.from(new Float64Array([1, Math.PI, 1e-9]).buffer).toString('base64');

/** How a signal has ended: at its TP, unless `over` says otherwise. */
export const resolved = (signal: Signal, over: Partial<Outcome> = {}): SignalEvent => ({
  kind: 'resolved',
  id: signal.id,
  symbol: signal.symbol,
  timeframe: signal.timeframe,
  outcome: {
    status: 'tp',
    resolved_at: Date.now(),
    exit_price: signal.tp ?? signal.entry,
    r: 1.98,
    mfe: 2,
    mae: 0.3,
    ambiguous_bar: false,
    ...over,
  },
});

export const opened = (signal: Signal): SignalEvent => ({ kind: 'opened', signal, window: aWindow });
