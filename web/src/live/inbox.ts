import type { CandleFrame, PriceFrame } from '../../../schema/wire.ts';
import { barOf, chartData, withBar, type ChartData } from '../state/candles.ts';
import { untilBeat } from '../state/clock.ts';
import { mergeQuotes, quotes } from '../state/quotes.ts';

/** The beat on which prices are drawn, ms: with twenty symbols at ten updates a second a shorter one costs more of a core. */
const beatMs = 500;

export type Inbox = ReturnType<typeof createInbox>;

/** Gathers price and candle frames, the latest of each, and writes them to the stores in one go. */
export function createInbox() {
  const prices = new Map<string, PriceFrame>();
  const candles = new Map<string, CandleFrame>();
  const draw = onBeat(beatMs, () => {
    if (prices.size > 0) quotes.update((known) => mergeQuotes(known, prices.values()));
    chartData.update((shown) => (shown === null ? null : withFrames(shown, candles.values())));
    prices.clear();
    candles.clear();
  });
  return {
    price: (frame: PriceFrame) => {
      prices.set(frame.symbol, frame);
      draw.soon();
    },
    candle: (frame: CandleFrame) => {
      candles.set(`${frame.symbol} ${frame.timeframe} ${frame.candle.time}`, frame);
      draw.soon();
    },
    close: draw.cancel,
  };
}

function withFrames(shown: ChartData, frames: Iterable<CandleFrame>): ChartData {
  let { bars } = shown;
  for (const frame of frames) {
    if (frame.symbol === shown.symbol && frame.timeframe === shown.timeframe)
      bars = withBar(bars, barOf(frame));
  }
  return bars === shown.bars ? shown : { ...shown, bars };
}

/** Runs at once after a quiet time, else with the next beat. */
function onBeat(ms: number, run: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  return {
    soon: () => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          last = Date.now();
          run();
        },
        Date.now() - last > ms ? 0 : untilBeat(ms),
      );
    },
    cancel: () => clearTimeout(timer),
  };
}
