import type { Broadcast } from '../broadcast.ts';
import type { Feeds } from './feeds.ts';

/** Tells the feeds of this process. */
export function toFeeds({ prices, signals, lose }: Feeds): Broadcast {
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
