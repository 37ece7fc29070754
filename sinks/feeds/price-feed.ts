import type { Candle } from '../../schema/candle.ts';
import type { Tick } from '../../schema/tick.ts';
import type { Timeframe } from '../../schema/timeframe.ts';
import { wireCandle } from '../../schema/wire-candle.ts';
import { PriceRequest, type CandleFrame, type PriceFrame } from '../../schema/wire.ts';
import { createSymbolFeed, type FeedOptions, type Ping, type SymbolFeed, wants } from './symbol-feed.ts';
import { textFrame } from './text-frame.ts';

export interface PriceFeed extends Pick<SymbolFeed<object>, 'accept' | 'publishState' | 'expel' | 'close'> {
  readonly publishTick: (tick: Tick) => void;
  readonly publishCandle: (candle: Candle, closed: boolean) => void;
  /** Call when the symbol is no longer watched: drops its last price and candles. */
  readonly forget: (symbol: string) => void;
  /** Sizes of the feed's collections, for tests and metrics. */
  readonly sizes: () => { connections: number; symbols: number; prices: number };
}

/** `/ws`: prices and candles to subscribers, the latest of each on subscribing. */
export function createPriceFeed(options: FeedOptions): PriceFeed {
  const prices = new Map<string, Tick>();
  const forming = new Map<string, Map<Timeframe, Candle>>();
  const feed = createSymbolFeed<Exclude<PriceRequest, Ping>, object>({
    ...options,
    name: 'prices',
    request: PriceRequest,
    own: () => ({}),
    wanted: (request) => new Set(request.timeframes),
    left: () => new Set(),
    greet: (subscriber, request, symbols) => ({
      send: (before) => {
        for (const symbol of symbols) {
          const had = before.get(symbol);
          const tick = had === undefined ? prices.get(symbol) : undefined;
          if (tick !== undefined) subscriber.reply(priceFrame(tick));
          for (const timeframe of new Set(request.timeframes)) {
            if (had?.has(timeframe)) continue;
            const candle = forming.get(symbol)?.get(timeframe);
            if (candle !== undefined) subscriber.reply(candleFrame(candle, false));
          }
        }
      },
    }),
  });
  const { metrics } = feed;

  return {
    accept: feed.accept,
    publishState: feed.publishState,
    expel: feed.expel,
    close: feed.close,
    publishTick: (tick) => {
      prices.set(tick.symbol, tick);
      const members = feed.of(tick.symbol);
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
      for (const member of feed.of(symbol)) {
        if (!wants(member, symbol, timeframe)) continue;
        frame ??= textFrame(candleFrame(candle, closed));
        member.out.offer(key, frame);
        count++;
      }
      if (count > 0) metrics.sent.inc({ feed: 'prices', type: 'candle' }, count);
    },
    forget: (symbol) => {
      prices.delete(symbol);
      forming.delete(symbol);
    },
    sizes: () => ({ ...feed.sizes(), prices: prices.size }),
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
  const { symbol, timeframe, source, revision } = candle;
  return { type: 'candle', symbol, timeframe, closed, candle: { ...wireCandle(candle), source, revision } };
}
