import type { AnalysedClose } from '../../../operators/analysis/analysed-close.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import { openTrade, type Trade } from '../../../operators/signals/outcomes/outcomes.ts';
import type { SignalDeskOptions } from '../../../operators/signals/signal-desk.ts';
import { windowQuality } from '../../../operators/analysis/window-quality.ts';
import type { Candle } from '../../../schema/candle.ts';
import type { Decision, SignalType } from '../../../schema/signal.ts';
import type { Tick } from '../../../schema/tick.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';

export const minute = 60_000;

export function candleAt(openTime: number, close: number, change: Partial<Candle> = {}): Candle {
  const { timeframe = '1min' } = change;
  return {
    symbol: 'BTCUSD',
    timeframe,
    openTime,
    closeTime: openTime + timeframeMs[timeframe],
    open: close,
    high: close + 1,
    low: close - 1,
    close,
    volume: 10,
    volumeKind: 'ticks',
    ticks: 10,
    complete: true,
    source: 'ticks',
    lateTicks: 0,
    longestSilenceMs: 1000,
    revision: 0,
    ...change,
  };
}

export function candlesUntil(closeTime: number, count: number, change: Partial<Candle> = {}): Candle[] {
  const step = timeframeMs[change.timeframe ?? '1min'];
  return Array.from({ length: count }, (_, i) =>
    candleAt(closeTime - (count - i) * step, 100 + (i % 3), change),
  );
}

/** A BUY at 100, TP 103, SL 98, open from minute 10 to minute 60. */
export const buyTrade = (change: Partial<Trade> = {}): Trade => ({
  ...openTrade({
    id: 'a',
    direction: 1,
    entry: 100,
    tp: 103,
    sl: 98,
    from: 10 * minute,
    expiresAt: 60 * minute,
    cost: 0,
  }),
  ...change,
});

/** A decision at `entry` with SL one unit of `risk` away and TP one and a half. */
export function decisionOf(
  type: SignalType,
  closeTime: number,
  options: { timeframe?: Timeframe; entry?: number; risk?: number; symbol?: string } = {},
): Decision {
  const { timeframe = '1min', entry = 100, risk = 2, symbol = 'BTCUSD' } = options;
  const side = type === 'BUY' ? 1 : -1;
  const wait = type === 'WAIT';
  return {
    symbol,
    timeframe,
    close_time: closeTime,
    signal: wait ? 'HOLD' : type,
    signal_type: type,
    entry,
    tp: wait ? null : entry + 1.5 * risk * side,
    sl: wait ? null : entry - risk * side,
    confidence: wait ? 0 : 0.38,
    reasoning: 'a sample',
    market_context: {
      trend: { direction: 'flat', slope_pct_per_bar: 0, t_statistic: 0, r_squared: 0 },
      volatility: 0.001,
      volume_surge: null,
      support: null,
      resistance: null,
      range_position: 0.5,
      breakout: 'none',
    },
    risk_metrics: {
      risk_reward_ratio: wait ? null : 1.5,
      potential_profit_pct: null,
      potential_loss_pct: null,
      prob_tp_hit: wait ? null : 0.38,
      prob_sl_hit: wait ? null : 0.55,
      prob_neither: wait ? null : 0.07,
      breakeven_probability: null,
      expected_value: null,
      expected_value_pct: null,
      expected_r: null,
    },
    distance_info: {
      distance_to_entry_pct: 0,
      is_within_range: true,
      distance_to_tp_pct: null,
      distance_to_sl_pct: null,
      distance_to_support_pct: null,
      distance_to_resistance_pct: null,
    },
    is_breakout: false,
    is_discounted: false,
    learning_stats: {
      hmm_confidence: 0.5,
      trend_strength: 0,
      volatility: 0.001,
      win_rate: null,
      trades_count: 0,
      calibration_count: 0,
    },
    regime: { state: 'calm', probabilities: { calm: 1 }, expected_duration: 10 },
    gates: [],
    lineage: { version: 'test' },
  };
}

const columns = candleColumnsOf(candlesUntil(0, 20));
const soundQuality = windowQuality(candlesUntil(0, 250), (from, to) => to - from);

export function closeOf(
  type: SignalType,
  closeTime: number,
  change: Partial<AnalysedClose> & { readonly entry?: number; readonly risk?: number } = {},
): AnalysedClose {
  const { entry, risk, ...rest } = change;
  const timeframe = rest.timeframe ?? '1min';
  return {
    kind: 'analysed',
    symbol: 'BTCUSD',
    timeframe,
    closeTime,
    source: 'live',
    timely: true,
    decision: decisionOf(type, closeTime, {
      timeframe,
      ...(entry !== undefined && { entry }),
      ...(risk !== undefined && { risk }),
    }),
    columns,
    quality: soundQuality,
    horizonBars: 24,
    cost: 0.02,
    ...rest,
  };
}

export const tickAt = (eventTime: number, price: number, change: Partial<Tick> = {}) =>
  ({
    kind: 'tick',
    tick: { symbol: 'BTCUSD', price, eventTime, receivedTime: eventTime, ...change },
  }) as const;

/** A desk whose gates pass everything; a test turns on the one it is about. */
export function deskOptions(now: () => number, change: Partial<SignalDeskOptions> = {}): SignalDeskOptions {
  return {
    symbol: 'BTCUSD',
    now,
    calendar: () => ({ state: 'fresh', events: [] }),
    news: { beforeMs: 30 * minute, afterMs: 30 * minute, failMode: 'open' },
    risk: { maxPerDay: 0, maxPerHour: 0, minSpacingMs: 0, minReward: 0 },
    expiresAt: (timeframe, closeTime, bars) => closeTime + bars * timeframeMs[timeframe],
    costOf: (price) => price * 1e-4,
    ...change,
  };
}
