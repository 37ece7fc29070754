import type { Middleware } from 'koa';
import type { Registry } from 'prom-client';
import type { Candle } from '../schema/candle.ts';
import type { AnalyzeBody, CandleCompleteAnswer, CandleCompleteBody } from '../schema/analyze.ts';
import type { PerformanceAnswer, ResultsQuery, Trade } from '../schema/performance.ts';
import type { HealthAnswer, NewsAnswer, QueueAnswer, ReadyAnswer, WatchedSymbol } from '../schema/rest.ts';
import type { StrategiesAnswer } from '../schema/strategies/listed-strategies.ts';
import type { FoundSymbol } from '../schema/symbol/found-symbol.ts';
import type { SignalsQuery, WithheldCall, WithheldQuery } from '../schema/signal-list.ts';
import type { Decision, Signal } from '../schema/signal.ts';
import type { Timeframe } from '../schema/timeframe.ts';
import type { WindowParser } from './bodies/window-parser.ts';
import type { KeyCheck } from './guards/key-check.ts';
import type { OneTimeTokens } from './guards/one-time-tokens.ts';

type Body<T> = Omit<T, 'success'>;

export interface HttpOptions {
  /** `*`, or origins matched exactly. */
  readonly allowedOrigins: readonly string[];
  /** Proxies in front whose `X-Forwarded-For` counts. */
  readonly trustProxy: number;
  /** Where a query names no timeframe. */
  readonly defaultTimeframe: Timeframe;
  /** Folder of the built dashboard. */
  readonly webDist: string;
  readonly version: string;
  /** In the demo: candles that closed by then are simulated history, Unix ms. */
  readonly simulatedUntil?: number;
  /** Analyses that run at once. @default 2 */
  readonly analysesAtOnce?: number;
}

/** Why a resource does not exist: the symbol is not watched, or the timeframe is not stored. */
export type Absent = 'symbol_unknown' | 'timeframe_unknown';

/** Candles, oldest first, and whether there are older ones. */
export interface CandlePage {
  readonly candles: readonly Candle[];
  /** `later`: the provider could not be asked now, for the reason. */
  readonly older: 'yes' | 'none' | 'later';
  readonly reason?: string;
}

/** What the routes read and call. Each function may reject; a Problem is sent to the client as it is. */
export interface HttpDeps {
  readonly options: HttpOptions;
  readonly clock: { readonly now: () => number };
  /** Judges keys: shared with all other entrances of this server. */
  readonly keys: KeyCheck;
  /** Tokens of the links that log a browser in. */
  readonly tokens: OneTimeTokens;
  readonly windows: WindowParser;
  /** A fresh analysis of the last 250 bars, oldest first, without gates; older ones only train the hour statistics. Nothing is stored. */
  readonly analyse: (input: AnalyzeBody) => Promise<Decision>;
  /** The same on the live history. A number means too few candles: how many there are. */
  readonly analyseLive: (symbol: string, timeframe: Timeframe) => Promise<Decision | Absent | number>;
  /** Resolves after the decision. */
  readonly postCandles: (
    body: CandleCompleteBody,
  ) => Promise<Body<Extract<CandleCompleteAnswer, { status: 'success' }>>>;
  /** Closed candles, oldest first. */
  readonly candles: (
    symbol: string,
    timeframe: Timeframe,
    limit: number,
  ) => Promise<readonly Candle[] | Absent>;
  /** Those that open before a time, Unix ms: the stored ones, then the provider's. */
  readonly candlesBefore: (
    symbol: string,
    timeframe: Timeframe,
    before: number,
    limit: number,
  ) => Promise<CandlePage | Absent>;
  readonly news: () => Body<NewsAnswer>;
  readonly signals: {
    /** Newest first, at most `limit + 1`: one more than requested means that there are more. */
    readonly list: (query: Omit<SignalsQuery, 'format'>) => Promise<readonly Signal[] | 'symbol_unknown'>;
    readonly get: (id: string) => Promise<Signal | null>;
  };
  /** Calls that a gate withheld, newest first. */
  readonly withheld: (query: WithheldQuery) => Promise<readonly WithheldCall[] | 'symbol_unknown'>;
  readonly performance: (query: ResultsQuery) => Promise<Body<PerformanceAnswer> | 'symbol_unknown'>;
  /** The latest `limit` resolved signals, in the order of their ends. */
  readonly trades: (query: ResultsQuery, limit: number) => Promise<readonly Trade[] | 'symbol_unknown'>;
  readonly strategies: () => Promise<Body<StrategiesAnswer>>;
  readonly symbols: () => readonly WatchedSymbol[];
  /** What the provider lists under a text, for a caller. */
  readonly searchSymbols: (text: string, caller: string) => Promise<readonly FoundSymbol[]>;
  readonly health: () => Body<HealthAnswer>;
  readonly ready: () => Promise<Omit<ReadyAnswer, 'success'>>;
  readonly queue: () => Promise<Body<QueueAnswer>>;
  readonly registry: Registry;
  /** The queue dashboard, mounted at `/admin/queues`; absent where there is no queue. */
  readonly queueBoard?: Middleware;
  readonly onError: (error: unknown) => void;
}
