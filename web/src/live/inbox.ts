import type { CandleFrame, PriceFrame } from '../../../schema/wire.ts';
import { barOf, chartData, withBar } from '../state/candles.ts';
import { mergeQuotes, quotes } from '../state/quotes.ts';

/** Pause between two drawings, ms. Nobody reads faster, and twenty symbols at ten updates a second stay cheap. */
const pauseMs = 200;

export type Inbox = ReturnType<typeof createInbox>;

/** Gathers price and candle frames, the latest of each, and writes them to the stores in one go. */
export function createInbox() {
  const prices = new Map<string, PriceFrame>();
  const candles = new Map<string, CandleFrame>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    if (prices.size > 0) quotes.update((known) => mergeQuotes(known, prices.values()));
    prices.clear();
    for (const frame of candles.values()) {
      chartData.update((shown) =>
        shown?.symbol === frame.symbol && shown.timeframe === frame.timeframe
          ? { ...shown, bars: withBar(shown.bars, barOf(frame)) }
          : shown,
      );
    }
    candles.clear();
  };
  const soon = () => {
    timer ??= setTimeout(flush, pauseMs);
  };
  return {
    price: (frame: PriceFrame) => {
      prices.set(frame.symbol, frame);
      soon();
    },
    candle: (frame: CandleFrame) => {
      candles.set(`${frame.symbol} ${frame.timeframe} ${frame.candle.time}`, frame);
      soon();
    },
    close: () => clearTimeout(timer),
  };
}
