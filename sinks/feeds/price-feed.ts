import type { IncomingMessage } from 'node:http';
import type { Registry } from 'prom-client';
import type { SchedulerLike } from 'rxjs';
import type { WebSocket } from 'ws';
import type { Candle } from '../../schema/candle.ts';
import type { Tick } from '../../schema/tick.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { PriceRequest, type CandleFrame, type FeedFrame, type PriceFrame } from '../../schema/wire.ts';
import { feedLimits, type FeedLimits } from './feed-limits.ts';
import { feedMetrics } from './feed-metrics.ts';
import { createFeedServer, type Connection } from './feed-server.ts';
import { FrameError } from './inbound.ts';
import { joinSymbols, requestedSymbols, unwatched } from './join-symbols.ts';
import { symbolInterest, type SymbolInterestOptions, type Unwatched } from './symbol-interest.ts';
import { textFrame } from './text-frame.ts';

export interface PriceFeedOptions extends SymbolInterestOptions {
  readonly clock: SchedulerLike;
  readonly registry: Registry;
  readonly limits?: Partial<FeedLimits>;
  readonly onError: (error: unknown) => void;
}

export interface PriceFeed {
  readonly accept: (socket: WebSocket, request: IncomingMessage) => void;
  readonly publishTick: (tick: Tick) => void;
  readonly publishCandle: (candle: Candle, closed: boolean) => void;
  readonly publishState: (frame: FeedFrame) => void;
  /** The symbol is watched no more: its last price is forgotten. */
  readonly forget: (symbol: string) => void;
  /** Takes a symbol from everybody who subscribed to it, and tells them why: no more of it will come. */
  readonly expel: (symbol: string, why: Unwatched) => void;
  readonly close: () => Promise<void>;
  /** Sizes of what the feed holds, for tests and metrics. */
  readonly sizes: () => { connections: number; symbols: number; prices: number };
}

interface State {
  /** Subscribed symbols with the timeframes whose candles are wanted. */
  readonly symbols: Map<string, ReadonlySet<Timeframe>>;
  greeted: boolean;
}

/** `/ws`: prices and candles to whoever subscribed, the latest of each at once. */
export function createPriceFeed(options: PriceFeedOptions): PriceFeed {
  const metrics = feedMetrics(options.registry);
  const limits = { ...feedLimits, ...options.limits };
  const interest = symbolInterest<Connection<State>>(options);
  const prices = new Map<string, Tick>();
  const forming = new Map<string, Map<Timeframe, Candle>>();
  let feedState: Buffer | undefined;

  const subscribe = async (
    connection: Connection<State>,
    request: Exclude<PriceRequest, { action: 'ping' }>,
  ) => {
    const { symbols } = connection.state;
    const asked = requestedSymbols(request);
    if (asked.length === 0) throw new FrameError('bad_frame', 'symbols: a symbol is needed');
    const added = asked.filter((symbol) => !symbols.has(symbol)).length;
    if (symbols.size + added > limits.maxSubscriptions) {
      throw new FrameError('subscription_limit', `at most ${limits.maxSubscriptions} symbols a connection`);
    }
    const wanted = new Set(request.timeframes);
    const joined = await joinSymbols(interest, connection, asked);
    if (joined.symbols.length === 0) return joined.complain();
    connection.reply({
      type: 'subscribed',
      ...(request.symbol === undefined ? {} : { symbol: request.symbol }),
      symbols: joined.symbols,
      status: 'success',
    });
    for (const symbol of joined.symbols) {
      if (!symbols.has(symbol)) metrics.subscriptions.inc({ feed: 'prices' });
      symbols.set(symbol, new Set([...(symbols.get(symbol) ?? []), ...wanted]));
      const tick = prices.get(symbol);
      if (tick !== undefined) connection.reply(priceFrame(tick));
      for (const timeframe of wanted) {
        const candle = forming.get(symbol)?.get(timeframe);
        if (candle !== undefined) connection.reply(candleFrame(candle, false));
      }
    }
    joined.complain();
    if (!connection.state.greeted && feedState !== undefined) connection.out.send(feedState);
    connection.state.greeted = true;
  };

  const leave = (connection: Connection<State>, symbol: string) => {
    if (!connection.state.symbols.delete(symbol)) return;
    metrics.subscriptions.dec({ feed: 'prices' });
    interest.leave(symbol, connection);
  };

  const server = createFeedServer<PriceRequest, State>({
    name: 'prices',
    clock: options.clock,
    limits,
    metrics,
    request: PriceRequest,
    open: () => ({ symbols: new Map(), greeted: false }),
    handle: async (connection, request) => {
      if (request.action === 'ping') connection.reply({ type: 'pong' });
      else if (request.action === 'subscribe') await subscribe(connection, request);
      else {
        const asked = requestedSymbols(request);
        const left = asked.length === 0 ? [...connection.state.symbols.keys()] : asked;
        for (const symbol of left) leave(connection, symbol);
        connection.reply({ type: 'unsubscribed', symbols: left, status: 'success' });
      }
    },
    left: (connection) => {
      for (const symbol of connection.state.symbols.keys()) leave(connection, symbol);
    },
    onError: options.onError,
  });

  return {
    accept: server.accept,
    publishTick: (tick) => {
      prices.set(tick.symbol, tick);
      const members = interest.of(tick.symbol);
      if (members.size === 0) return;
      const frame = textFrame(priceFrame(tick));
      for (const member of members) member.out.offer(tick.symbol, frame);
      metrics.sent.inc({ feed: 'prices', type: 'price_update' }, members.size);
    },
    publishCandle: (candle, closed) => {
      const { symbol, timeframe } = candle;
      let latest = forming.get(symbol);
      if (latest === undefined) forming.set(symbol, (latest = new Map()));
      if (closed) latest.delete(timeframe);
      else latest.set(timeframe, candle);
      const key = `${symbol} ${timeframe} ${candle.openTime}`;
      let frame: Buffer | undefined;
      let count = 0;
      for (const member of interest.of(symbol)) {
        if (!member.state.symbols.get(symbol)?.has(timeframe)) continue;
        frame ??= textFrame(candleFrame(candle, closed));
        member.out.offer(key, frame);
        count++;
      }
      if (count > 0) metrics.sent.inc({ feed: 'prices', type: 'candle' }, count);
    },
    publishState: (frame) => {
      feedState = textFrame(frame);
      // Others are told with their first subscription: `subscribed` is always the first frame.
      const greeted = [...server.connections].filter(({ state }) => state.greeted);
      for (const connection of greeted) connection.out.offer('feed', feedState);
      metrics.sent.inc({ feed: 'prices', type: 'feed' }, greeted.length);
    },
    forget: (symbol) => {
      prices.delete(symbol);
      forming.delete(symbol);
    },
    expel: (symbol, why) => {
      for (const member of interest.expel(symbol)) {
        if (member.state.symbols.delete(symbol)) metrics.subscriptions.dec({ feed: 'prices' });
        member.fail(why, `${unwatched[why]} ${symbol}`);
      }
    },
    close: server.close,
    sizes: () => ({ connections: server.connections.size, symbols: interest.size(), prices: prices.size }),
  };
}

function priceFrame(tick: Tick): PriceFrame {
  const { symbol, price, eventTime, bid, ask } = tick;
  return {
    type: 'price_update',
    symbol,
    price,
    timestamp: eventTime,
    ...(bid === undefined ? {} : { bid }),
    ...(ask === undefined ? {} : { ask }),
  };
}

function candleFrame(candle: Candle, closed: boolean): CandleFrame {
  const { symbol, timeframe, openTime, open, high, low, close, volume, volumeKind } = candle;
  const { complete, source, revision } = candle;
  return {
    type: 'candle',
    symbol,
    timeframe,
    closed,
    candle: {
      time: openTime / 1000,
      open,
      high,
      low,
      close,
      volume,
      volume_kind: volumeKind,
      complete,
      source,
      revision,
    },
  };
}
