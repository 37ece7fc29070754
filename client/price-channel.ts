import type { Timeframe } from '../schema/timeframe.ts';
import type { CandleFrame, PriceFrame } from '../schema/wire.ts';
import { chunks } from './chunks.ts';
import { latestFrames } from './latest-frames.ts';
import { subscriptionSource, type Subscription, type SubscriptionSource } from './subscription.ts';

export interface PriceWish {
  readonly symbols: readonly string[];
  /** Timeframes of which candles are subscribed too. */
  readonly timeframes?: readonly Timeframe[] | undefined;
}

interface Entry extends PriceWish {
  readonly source: SubscriptionSource<PriceFrame | CandleFrame>;
}

/** The subscriptions to prices and candles on one socket. */
export function priceChannel(send: (message: object) => void) {
  const entries = new Set<Entry>();
  /** What is subscribed already has had its snapshot: a second subscription gets the latest from here. */
  const latest = latestFrames<PriceFrame | CandleFrame>((frame) =>
    frame.type === 'candle' ? `candle ${frame.timeframe}` : 'price',
  );
  const isWanted = (symbol: string) => [...entries].some((entry) => entry.symbols.includes(symbol));

  const request = ({ symbols, timeframes = [] }: PriceWish) => {
    for (const some of chunks(symbols)) {
      send({ action: 'subscribe', symbols: some, ...(timeframes.length === 0 ? {} : { timeframes }) });
    }
  };

  return {
    isEmpty: () => entries.size === 0,
    subscribe: (
      wish: PriceWish,
      onFrame?: (frame: PriceFrame | CandleFrame) => void,
    ): Subscription<PriceFrame | CandleFrame> => {
      const symbols = wish.symbols.map(publicForm);
      const entry: Entry = {
        symbols,
        timeframes: wish.timeframes,
        source: subscriptionSource({
          onFrame,
          keyOf: (frame) =>
            frame.type === 'candle'
              ? `${frame.symbol} ${frame.timeframe} ${frame.candle.time}`
              : frame.symbol,
          limit: 10_000,
          onUnsubscribe: () => {
            entries.delete(entry);
            const left = symbols.filter((symbol) => !isWanted(symbol));
            for (const symbol of left) latest.forget(symbol);
            for (const some of chunks(left)) send({ action: 'unsubscribe', symbols: some });
          },
        }),
      };
      const known = symbols.flatMap(latest.of).filter((frame) => isFor(entry, frame));
      entries.add(entry);
      request(entry);
      if (known.length > 0) queueMicrotask(() => known.forEach(entry.source.push));
      return entry.source;
    },
    /** The socket is open: subscribes everything again. */
    opened: () => {
      latest.clear();
      for (const entry of entries) request(entry);
    },
    take: (frame: PriceFrame | CandleFrame) => {
      if (isWanted(frame.symbol)) latest.keep(frame);
      for (const entry of entries) if (isFor(entry, frame)) entry.source.push(frame);
    },
    end: () => {
      for (const entry of entries) entry.source.end();
      entries.clear();
    },
  };
}

const isFor = ({ symbols, timeframes }: PriceWish, frame: PriceFrame | CandleFrame): boolean =>
  symbols.includes(frame.symbol) &&
  (frame.type !== 'candle' || timeframes?.includes(frame.timeframe) === true);

/** `btc/usd` as the server names it: `BTCUSD`. */
export function publicForm(symbol: string): string {
  return symbol.replace('/', '').toUpperCase();
}
