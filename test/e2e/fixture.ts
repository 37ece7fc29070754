import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { z } from 'zod';
import type { PerformanceAnswer } from '../../schema/performance.ts';
import type { AnsweredCandle, NewsAnswer, WatchedSymbol } from '../../schema/rest.ts';
import type { WithheldCall } from '../../schema/signal-list.ts';
import type { Decision, Outcome, Signal } from '../../schema/signal.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';

export const fixtureTimeframes: readonly Timeframe[] = ['1min', '5min', '1h'];

const startPrices: Readonly<Record<string, number>> = {
  BTCUSD: 64_218.4,
  ETHUSD: 3412.75,
  EURUSD: 1.08425,
  XAUUSD: 2391.6,
  BTCIDR: 1_654_321_505,
};
export const priceOf = (symbol: string): number => startPrices[symbol] ?? 20 + ((symbol.length * 37) % 400);

/** Numbers in [0, 1), the same for the same seed. */
export function randomOf(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => (generator.next() >>> 0) / 2 ** 32;
}

/** Closed candles up to `now`, the same for the same arguments: a random walk that ends at the symbol's price. */
export function fixtureCandles(
  symbol: string,
  timeframe: Timeframe,
  count: number,
  now: number,
): z.infer<typeof AnsweredCandle>[] {
  const random = randomOf(symbol.length * 31 + symbol.charCodeAt(0) + timeframe.length);
  const length = timeframeMs[timeframe];
  const lastOpen = Math.floor(now / length) * length - length;
  const candles: z.infer<typeof AnsweredCandle>[] = [];
  let close = priceOf(symbol);
  const step = close * 0.0011 * Math.sqrt(length / 60_000 / 5);
  for (let i = 0; i < count; i++) {
    const wave = Math.sin(i / 19) * 0.45;
    const open = close - step * (random() + random() - 1 + wave);
    const time = (lastOpen - i * length) / 1000;
    candles.push({
      time,
      datetime: new Date(time * 1000).toISOString(),
      open,
      close,
      high: Math.max(open, close) + step * random() * 0.8,
      low: Math.min(open, close) - step * random() * 0.8,
      volume: Math.round(40 + 160 * random() + (random() > 0.95 ? 300 : 0)),
      complete: true,
    });
    close = open;
  }
  return candles.reverse();
}

export const watched = (symbol: string, at: number): WatchedSymbol => ({
  symbol,
  provider_symbol: symbol.length === 6 ? `${symbol.slice(0, 3)}/${symbol.slice(3)}` : symbol,
  state: 'live',
  last: { price: priceOf(symbol), timestamp: at, received_at: at },
  asset_class: 'crypto',
  timeframes: [...fixtureTimeframes],
  pinned: true,
});

const regimes = ['bearish', 'neutral', 'bullish'] as const;

/** A WAIT decision on the candle that closed at `closeTime`. */
export function fixtureDecision(symbol: string, timeframe: Timeframe, closeTime: number): Decision {
  const recent = Array.from({ length: 12 }, (_, i) => ({
    state: regimes[[0, 1, 2, 1][i % 4]!]!,
    bars: 9 + ((i * 7) % 23),
  }));
  return {
    symbol,
    timeframe,
    close_time: closeTime,
    signal: 'HOLD',
    signal_type: 'WAIT',
    entry: priceOf(symbol),
    tp: null,
    sl: null,
    confidence: 0,
    reasoning: 'The score of 0.410 reaches 88 % of its threshold, which 15 of 100 recent bars pass.',
    market_context: {
      trend: { direction: 'up', slope_pct_per_bar: 0.01, t_statistic: 1.4, r_squared: 0.21 },
      volatility: 0.0011,
      volume_surge: 1.2,
      support: null,
      resistance: null,
      range_position: 0.6,
      breakout: 'none',
    },
    risk_metrics: {
      risk_reward_ratio: null,
      potential_profit_pct: null,
      potential_loss_pct: null,
      prob_tp_hit: null,
      prob_sl_hit: null,
      prob_neither: null,
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
      hmm_confidence: 0.74,
      trend_strength: 0.3,
      volatility: 0.0011,
      win_rate: 0.38,
      trades_count: 42,
      calibration_count: 42,
    },
    regime: {
      state: recent.at(-1)!.state,
      probabilities: { bearish: 0.08, neutral: 0.62, bullish: 0.3 },
      expected_duration: 21,
      recent,
    },
    gates: [],
    lineage: {
      version: '0.1.0',
      seed: 7,
      history: 250,
      first_open: closeTime - 250 * 60_000,
      score: 0.41,
      threshold: 0.463,
    },
  };
}

/** A BUY or SELL with its levels; `outcome` ends it. */
export function fixtureSignal(
  id: string,
  symbol: string,
  timeframe: Timeframe,
  closeTime: number,
  side: 'BUY' | 'SELL',
  entry: number,
  outcome: Outcome['status'] = 'open',
): Signal {
  const risk = entry * 0.004 * (side === 'BUY' ? 1 : -1);
  const tp = entry + 1.5 * risk;
  const sl = entry - risk;
  const exit = {
    open: entry,
    tp,
    sl,
    reversed: entry + 0.3 * risk,
    expired: entry - 0.2 * risk,
    void: entry,
  }[outcome];
  const r = { open: 0, tp: 1.47, sl: -1.03, reversed: 0.27, expired: -0.23, void: null }[outcome];
  return {
    ...fixtureDecision(symbol, timeframe, closeTime),
    signal: side,
    signal_type: side,
    entry,
    tp,
    sl,
    confidence: 0.384,
    reasoning:
      'Regime bull with 62 %, expected to last 21 bars.\nDrift 0.21 σ over 24 bars is beyond the 85 % quantile of the window.\nStop under the swing low.',
    risk_metrics: {
      risk_reward_ratio: 1.5,
      potential_profit_pct: 0.6,
      potential_loss_pct: 0.4,
      prob_tp_hit: 0.376,
      prob_sl_hit: 0.541,
      prob_neither: 0.083,
      breakeven_probability: 0.391,
      expected_value: -0.7,
      expected_value_pct: -0.001,
      expected_r: 0.02,
    },
    gates: [
      { gate: 'data_quality', passed: true },
      { gate: 'news', passed: true, reason: 'no high-impact event within 30 min' },
      { gate: 'risk', passed: true, reason: '2 of 5 this hour' },
    ],
    id,
    status: outcome,
    created_at: closeTime + 400,
    expires_at: closeTime + 24 * timeframeMs[timeframe],
    horizon_bars: 24,
    outcome:
      outcome === 'open'
        ? null
        : {
            status: outcome,
            resolved_at: closeTime + 9 * timeframeMs[timeframe],
            exit_price: exit,
            r,
            mfe: Math.max(0.4, r ?? 0),
            mae: Math.min(-0.3, r ?? 0),
            ambiguous_bar: false,
          },
    deliveries: [
      {
        channel: 'community',
        state: 'delivered',
        attempts: 1,
        last_answer: '201 Created',
        remote_id: `post-${id.slice(0, 6)}`,
        updated_at: closeTime + 900,
      },
    ],
  };
}

/** Past signals on real candles of the fixture, newest first. */
export function fixtureHistory(symbols: readonly string[], now: number): Signal[] {
  const ends = ['open', 'tp', 'sl', 'tp', 'expired', 'sl', 'reversed', 'sl', 'tp'] as const;
  return symbols
    .flatMap((symbol) =>
      fixtureTimeframes.flatMap((timeframe) => {
        const candles = fixtureCandles(symbol, timeframe, 250, now);
        return ends.map((end, i) => {
          const candle = candles[candles.length - 6 - i * 17]!;
          const closeTime = candle.time * 1000 + timeframeMs[timeframe];
          const side = (i + symbol.charCodeAt(0)) % 2 === 0 ? 'BUY' : 'SELL';
          return fixtureSignal(
            `${symbol}-${timeframe}-${i}`,
            symbol,
            timeframe,
            closeTime,
            side,
            candle.close,
            end,
          );
        });
      }),
    )
    .sort((a, b) => b.created_at - a.created_at);
}

/** Calls that gates held back: one still followed, one that would have ended at its stop. */
export function fixtureWithheld(now: number): WithheldCall[] {
  const made = (id: string, minutesAgo: number, over: Partial<WithheldCall>): WithheldCall => {
    const close_time = Math.floor(now / 60_000 - minutesAgo) * 60_000;
    return {
      id,
      symbol: 'EURUSD',
      timeframe: '5min',
      gate: 'news',
      reason: 'CPI (USD) in 12 minutes',
      signal_type: 'SELL',
      entry: 1.08425,
      tp: 1.0777,
      sl: 1.08859,
      confidence: 0.37,
      close_time,
      created_at: close_time + 400,
      expires_at: close_time + 7_200_000,
      horizon_bars: 24,
      outcome: null,
      ...over,
    };
  };
  const { outcome } = fixtureSignal('w', 'XAUUSD', '1min', now - 3_600_000, 'BUY', 2391.6, 'sl');
  return [
    made('withheld-1', 4, {}),
    made('withheld-2', 61, {
      symbol: 'XAUUSD',
      timeframe: '1min',
      gate: 'risk',
      reason: '5 signals of XAUUSD within the last hour',
      signal_type: 'BUY',
      entry: 2391.6,
      tp: 2405.9,
      sl: 2382.1,
      outcome,
    }),
  ];
}

/** A week with events of dollar and euro on either side of now, and two articles, one with an address that is no page. */
export function fixtureNews(now: number): NewsAnswer {
  const event = (title: string, country: string, minutes: number) => ({
    title,
    country,
    time: Math.floor(now / 60_000 + minutes) * 60_000,
    impact: 'High' as const,
  });
  const impactful_events = [
    event('Retail Sales m/m', 'GBP', -2000),
    event('Unemployment Claims', 'USD', -95),
    event('CPI y/y', 'USD', -40),
    event('Main Refinancing Rate', 'EUR', 65),
    event('FOMC Statement', 'USD', 5000),
  ];
  const article = (title: string, link: string, hours: number) => ({
    title,
    link,
    source: 'news.example',
    published_at: now - hours * 3_600_000,
  });
  return {
    success: true,
    state: 'fresh',
    impactful_events,
    total_events: 41,
    high_impact_count: impactful_events.length,
    articles: [
      article('Gold holds near recent highs ahead of inflation figures', 'https://news.example/1', 1),
      article('Dollar index little changed', 'javascript:alert(1)', 3),
    ],
  };
}

const figures = {
  resolved: 214,
  wins: 81,
  losses: 133,
  win_rate: 0.3785,
  win_rate_interval: [0.316, 0.445] as [number, number],
  design_effect: 1.08,
  days: 9,
  profit_factor: 0.98,
  expectancy_r: -0.01,
  expectancy_r_error: 0.09,
  expectancy_r_interval: [-0.22, 0.2] as [number, number],
  max_drawdown_r: 9.4,
  brier: { n: 214, score: 0.231, reliability: 0.002, resolution: 0.004, uncertainty: 0.235 },
};

export function fixturePerformance(now: number): PerformanceAnswer {
  const random = randomOf(11);
  let r = 0;
  const equity = Array.from({ length: 214 }, (_, i) => {
    r += random() < 0.395 ? 1.47 : -1.0;
    return { time: now - (214 - i) * 3_600_000, r };
  });
  const calibration = [0.3, 0.34, 0.38, 0.42, 0.46].map((predicted, i) => ({
    from: predicted - 0.02,
    to: predicted + 0.02,
    count: [14, 52, 88, 46, 14][i]!,
    predicted,
    observed: [0.21, 0.35, 0.38, 0.41, 0.5][i]!,
  }));
  return {
    success: true,
    symbol: null,
    timeframe: null,
    side: null,
    since: null,
    until: null,
    ...figures,
    same_market: [],
    open: 4,
    by_status: { tp: 81, sl: 104, reversed: 12, expired: 17, void: 1 },
    equity,
    histogram: [13, 120, 4, 2, 3, 1, 1, 0, 2, 66, 2].map((count, i) => ({
      from: i === 0 ? null : -1.25 + i * 0.25,
      to: i === 10 ? null : -1 + i * 0.25,
      count,
    })),
    calibration,
    withheld: {
      news: { ...figures, resolved: 12, wins: 3, losses: 9, win_rate: 0.25, expectancy_r: -0.31 },
      risk: { ...figures, resolved: 37, wins: 14, losses: 23, win_rate: 0.378, expectancy_r: -0.05 },
      data_quality: { ...figures, resolved: 3, wins: 1, losses: 2, win_rate: 0.333, expectancy_r: -0.2 },
    },
  };
}
