import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { asyncScheduler } from 'rxjs';
import { parseWindow } from '../../http/bodies/parse-window.ts';
import { createApp } from '../../http/create-app.ts';
import { createServer } from '../../http/create-server.ts';
import { Problem } from '../../http/problem.ts';
import { keyCheck } from '../../http/guards/key-check.ts';
import { oneTimeTokens } from '../../http/guards/one-time-tokens.ts';
import type { HttpDeps, HttpOptions } from '../../http/http-deps.ts';
import { websocketUpgrade, type WebsocketUpgradeOptions } from '../../http/guards/websocket-upgrade.ts';
import type { Candle } from '../../schema/candle.ts';
import type { WithheldCall } from '../../schema/signal-list.ts';
import type { Trade } from '../../schema/performance.ts';
import type { Decision, Signal } from '../../schema/signal.ts';
import { timeframeMs, type Timeframe } from '../../schema/timeframe.ts';
import { createPriceFeed } from '../../sinks/feeds/price-feed.ts';
import { createSignalFeed, type SignalFeedOptions } from '../../sinks/feeds/signal-feed.ts';
import type { FeedOptions } from '../../sinks/feeds/symbol-feed.ts';

const regime = { strategy: 'regime', assignment: 'regime', mode: 'live', version: '3' } as const;

export const decision = (over: Partial<Decision> = {}): Decision => ({
  symbol: 'BTCUSD',
  timeframe: '1h',
  close_time: 1_700_000_000_000,
  signal: 'BUY',
  signal_type: 'BUY',
  entry: 100,
  tp: 103,
  sl: 98,
  confidence: 0.4,
  reasoning: 'drift above its usual size',
  market_context: {
    trend: { direction: 'up', slope_pct_per_bar: 0.1, t_statistic: 2, r_squared: 0.3 },
    volatility: 0.01,
    volume_surge: null,
    support: 97,
    resistance: null,
    range_position: 0.7,
    breakout: 'none',
  },
  risk_metrics: {
    risk_reward_ratio: 1.5,
    potential_profit_pct: 3,
    potential_loss_pct: 2,
    prob_tp_hit: 0.4,
    prob_sl_hit: 0.5,
    prob_neither: 0.1,
    breakeven_probability: 0.41,
    expected_value: 0.1,
    expected_value_pct: 0.1,
    expected_r: 0.05,
  },
  distance_info: {
    distance_to_entry_pct: 0,
    is_within_range: true,
    distance_to_tp_pct: 3,
    distance_to_sl_pct: 2,
    distance_to_support_pct: 3,
    distance_to_resistance_pct: null,
  },
  is_breakout: false,
  is_discounted: true,
  learning_stats: {
    hmm_confidence: 0.9,
    trend_strength: 0.5,
    volatility: 0.01,
    win_rate: null,
    trades_count: 0,
    calibration_count: 0,
  },
  regime: { state: 'up', probabilities: { up: 0.9, calm: 0.1 }, expected_duration: 12 },
  gates: [{ gate: 'news', passed: true }],
  lineage: { seed: 1 },
  ...regime,
  ...over,
});

export const signal = (over: Partial<Signal> = {}): Signal => ({
  ...decision(),
  id: 'a1b2c3',
  status: 'open',
  created_at: 1_700_000_001_000,
  expires_at: 1_700_086_400_000,
  horizon_bars: 24,
  outcome: null,
  deliveries: [
    {
      channel: 'community',
      state: 'delivered',
      attempts: 1,
      last_answer: '200',
      remote_id: '7',
      updated_at: 1_700_000_002_000,
    },
  ],
  ...over,
});

export const withheldCall: WithheldCall = {
  id: 'w1',
  symbol: 'BTCUSD',
  timeframe: '1h',
  gate: 'news',
  reason: 'CPI in 12 minutes',
  signal_type: 'SELL',
  entry: 100,
  tp: 97,
  sl: 102,
  confidence: 0.4,
  close_time: 1_700_000_000_000,
  created_at: 1_700_000_001_000,
  expires_at: 1_700_086_400_000,
  horizon_bars: 24,
  outcome: null,
};

export const candle = (over: Partial<Candle> = {}): Candle => ({
  symbol: 'BTCUSD',
  timeframe: '1h',
  openTime: 1_700_000_400_000,
  closeTime: 1_700_004_000_000,
  open: 1,
  high: 2,
  low: 0.5,
  close: 1.5,
  volume: 10,
  volumeKind: 'ticks',
  ticks: 10,
  complete: true,
  source: 'ticks',
  lateTicks: 0,
  longestSilenceMs: 100,
  revision: 0,
  ...over,
});

/** Posted candles that fit: an hour apart. */
export const posted = (count: number, timeframe: Timeframe = '1h') =>
  Array.from({ length: count }, (_, i) => ({
    time: 1_700_000_400 + (i * timeframeMs[timeframe]) / 1000,
    open: 100 + i,
    high: 102 + i,
    low: 99 + i,
    close: 101 + i,
    volume: 5,
  }));

const figures = {
  resolved: 0,
  wins: 0,
  losses: 0,
  win_rate: null,
  win_rate_interval: null,
  design_effect: null,
  days: 0,
  profit_factor: null,
  expectancy_r: null,
  expectancy_r_error: null,
  expectancy_r_interval: null,
  max_drawdown_r: null,
  brier: null,
};

/** A trade of `/performance/trades`. */
export const trade: Trade = {
  id: 'a1b2c3',
  symbol: 'BTCUSD',
  timeframe: '1h',
  side: 'BUY',
  opened_at: '2026-11-27T10:00:00.000Z',
  closed_at: '2026-11-27T14:03:00.000Z',
  entry_price: 100,
  tp_price: 110,
  sl_price: 95,
  exit_price: 110,
  end: 'tp',
  result_r: 1.98,
  mfe_r: 2,
  mae_r: 0.3,
  prob_tp_hit: 0.5,
  breakeven_probability: 0.34,
  published_prob_tp_hit: 0.6123,
  expected_r: 0.2,
  levels_end: 'tp',
  ambiguous_candle: false,
  simulated_history: false,
  ...regime,
};

export const httpOptions: HttpOptions = {
  allowedOrigins: ['*'],
  trustProxy: 0,
  defaultTimeframe: '1h',
  webDist: `${import.meta.dirname}/page`,
  version: '0.0.0',
};

/** The key of a server whose test names none. */
export const testKey = 'key-of-the-harness-0123456789';
/** The header that opens its privileged routes. */
export const keyed = { 'x-api-key': testKey };

export type DepsOver = Partial<HttpDeps> & {
  http?: Partial<HttpOptions> & { apiKeys?: readonly string[] };
};

export function httpDeps(over: DepsOver = {}): HttpDeps {
  const { http: { apiKeys = [testKey], ...http } = {}, ...rest } = over;
  const now = () => performance.now();
  return {
    options: { ...httpOptions, ...http },
    clock: { now },
    keys: keyCheck({ apiKeys, trustProxy: http.trustProxy ?? 0, now }),
    tokens: oneTimeTokens(now),
    windows: {
      analyze: async (bytes) => parseWindow.analyze(bytes),
      candleComplete: async (bytes) => parseWindow.candleComplete(bytes),
    },
    analyse: async (input) => decision({ symbol: input.symbol, timeframe: input.timeframe }),
    analyseLive: async (symbol, timeframe) => {
      if (symbol !== 'BTCUSD') return 'symbol_unknown';
      return timeframe === '1h' ? decision() : timeframe === '4h' ? 17 : 'timeframe_unknown';
    },
    postCandles: async (body) => {
      if (body.symbol === 'OPEN')
        throw new Problem(409, 'not_closed', 'the last candle is open', {}, { close_time: 2, now: 1 });
      return {
        status: 'success',
        symbol: body.symbol,
        timeframe: body.timeframe,
        received: body.candles.length,
        signal_changed: true,
        repeated: false,
        stale: false,
        close_time: 1_700_000_000_000,
        signal_id: 'a1b2c3',
        decision: decision({ symbol: body.symbol }),
      };
    },
    candles: async (symbol) => (symbol === 'BTCUSD' ? [candle()] : 'symbol_unknown'),
    searchSymbols: async (text) => [
      {
        symbol: 'AAPL',
        written: 'AAPL',
        name: text,
        type: 'Common Stock',
        exchange: 'NASDAQ',
        country: 'United States',
        currency: 'USD',
        watched: false,
      },
    ],
    candlesBefore: async (symbol, _, before) =>
      symbol === 'BTCUSD'
        ? {
            candles: [candle({ openTime: before - 3_600_000, closeTime: before })],
            older: 'later',
            reason: 'asked',
          }
        : 'symbol_unknown',
    news: () => ({
      state: 'fresh',
      impactful_events: [{ title: 'CPI', country: 'USD', time: 1_700_000_000_000, impact: 'High' }],
      total_events: 3,
      high_impact_count: 1,
      articles: [{ title: 'Up', link: 'https://news.example/1', source: 'example', published_at: 1 }],
    }),
    signals: {
      list: async ({ symbol }) => (symbol === 'NOSUCH' ? 'symbol_unknown' : [signal()]),
      get: async (id) => (id === 'a1b2c3' ? signal() : null),
    },
    strategies: async () => ({
      strategies: [
        { name: 'regime', about: 'the rule', version: '3', file: null, params: {}, error: null, checks: [] },
      ],
      assignments: [
        {
          id: 'regime',
          strategy: 'regime',
          version: '3',
          mode: 'live',
          symbols: ['*'],
          timeframes: ['*'],
          params: {},
          channels: ['community'],
          state: 'running',
          last_decision: decision(),
          open: 0,
        },
      ],
    }),
    withheld: async ({ symbol }) => (symbol === 'NOSUCH' ? 'symbol_unknown' : [withheldCall]),
    performance: async ({ symbol }) =>
      symbol === 'NOSUCH'
        ? 'symbol_unknown'
        : {
            symbol: null,
            timeframe: null,
            side: null,
            since: null,
            until: null,
            ...figures,
            open: 1,
            by_status: { tp: 0, sl: 0, reversed: 0, expired: 0, void: 0 },
            equity: [],
            histogram: [],
            calibration: [],
            same_market: [],
            withheld: { news: figures },
          },
    trades: async ({ symbol }) => (symbol === 'NOSUCH' ? 'symbol_unknown' : [trade]),
    symbols: () => [
      {
        symbol: 'BTCUSD',
        provider_symbol: 'BTC/USD',
        state: 'live',
        last: { price: 1, timestamp: 1, received_at: 2 },
        asset_class: 'crypto',
        timeframes: ['1h'],
        pinned: true,
      },
    ],
    health: () => ({
      status: 'ok',
      demo: true,
      version: '0',
      uptime_seconds: 1,
      parts: { feed: { state: 'ok', lag_ms: 3 } },
    }),
    ready: async () => ({ ready: true, reasons: [] }),
    queue: async () => ({
      counts: { waiting: 0, active: 0, delayed: 0, completed: 1, failed: 0 },
      posts: { queued: 0, sending: 0, delivered: 1, failed: 0, parked: 0, expired: 0, superseded: 0 },
      oldest_age_seconds: null,
      last_error: null,
      channels: [],
    }),
    registry: new Registry(),
    onError: (error) => console.error(error),
    ...rest,
  };
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** The app on a free port of loopback. */
export async function serve(deps: HttpDeps): Promise<TestServer> {
  const server = createServer(createApp(deps), { maxConnections: 1_000 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface FeedsOptions {
  readonly prices?: Partial<FeedOptions>;
  readonly signals?: Partial<SignalFeedOptions>;
  readonly upgrade?: Partial<WebsocketUpgradeOptions>;
  readonly deps?: DepsOver;
  readonly port?: number;
}

/** The app with both feeds on a free port of loopback. */
export async function serveFeeds(over: FeedsOptions = {}) {
  const registry = new Registry();
  const deps = httpDeps({ registry, ...over.deps });
  const released: string[] = [];
  const watched: string[] = [];
  const common = {
    clock: asyncScheduler,
    registry,
    watch: async (symbol: string) => {
      watched.push(symbol);
      return symbol.startsWith('NO') ? ('symbol_unknown' as const) : ('ok' as const);
    },
    release: (symbol: string) => void released.push(symbol),
    onError: (error: unknown) => console.error(error),
  };
  const prices = createPriceFeed({ ...common, ...over.prices });
  const signals = createSignalFeed({
    ...common,
    log: { head: { epoch: 'e1', offset: 0 }, since: async () => [] },
    ...over.signals,
  });
  const upgrade = websocketUpgrade({
    feeds: { '/ws': prices, '/ws/signals': signals },
    allowedOrigins: ['*'],
    trustProxy: 0,
    keys: deps.keys,
    maxConnections: 20_000,
    maxConnectionsPerIp: 20_000,
    maxFrameBytes: 16_384,
    registry,
    ...over.upgrade,
  });
  const server = createServer(createApp(deps), { maxConnections: 20_000 });
  server.on('upgrade', upgrade.handle);
  server.listen(over.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    prices,
    signals,
    upgrade,
    tokens: deps.tokens,
    registry,
    server,
    watched,
    released,
    stop: async () => {
      upgrade.stop();
      await Promise.all([prices.close(), signals.close()]);
      server.closeAllConnections();
      server.close();
    },
  };
}
