import type { Broadcast } from './broadcast.ts';
import type { PriceFeed } from './price-feed.ts';
import type { SignalFeed } from './signal-feed.ts';

export interface BothFeeds {
  readonly prices: Pick<PriceFeed, 'publishTick' | 'publishCandle' | 'publishState' | 'forget'>;
  readonly signals: Pick<SignalFeed, 'publish' | 'remember' | 'publishState' | 'forget'>;
  /** The provider does not send a symbol after all: whoever waits for it is told. */
  readonly lose: Broadcast['lost'];
}

/** Tells the feeds of this process. */
export function toFeeds({ prices, signals, lose }: BothFeeds): Broadcast {
  return {
    tick: prices.publishTick,
    candle: prices.publishCandle,
    feed: (frame) => {
      prices.publishState(frame);
      signals.publishState(frame);
    },
    released: (symbol) => {
      prices.forget(symbol);
      signals.forget(symbol);
    },
    lost: lose,
    committed: (frames) => {
      for (const frame of frames) signals.publish(frame);
    },
    // This process has learned it already.
    judged: () => {},
    decided: signals.remember,
  };
}
