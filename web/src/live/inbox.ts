import type { CandleFrame, PriceFrame } from '../../../schema/wire.ts';
import { timeframeSeconds } from '../format/timeframe.ts';
import { barOf, chartData, withBar, withPrice, type ChartData } from '../state/chart/candles.ts';
import { untilBeat } from '../state/clock.ts';
import { mergeQuotes, quotes } from '../state/quotes.ts';

/** The beat on which prices are drawn, ms: with twenty symbols at ten updates a second a shorter one costs more of a core. */
const beatMs = 500;

export type Inbox = ReturnType<typeof createInbox>;

/** Gathers price and candle frames, the latest of each, and writes them to the stores in one go. */
export function createInbox() {
  const prices = new Map<string, PriceFrame>();
  const candles = new Map<string, CandleFrame>();
  /** The last price of each symbol, unless a candle that holds it has come since. */
  const ahead = new Map<string, PriceFrame>();
  const draw = onBeat(beatMs, () => {
    if (prices.size > 0) quotes.update((known) => mergeQuotes(known, prices.values()));
    chartData.update((shown) =>
      shown === null ? null : withFrames(shown, candles.values(), ahead.get(shown.symbol)),
    );
    prices.clear();
    candles.clear();
  });
  return {
    price: (frame: PriceFrame) => {
      prices.set(frame.symbol, frame);
      ahead.set(frame.symbol, frame);
      draw.soon();
    },
    candle: (frame: CandleFrame) => {
      candles.set(`${frame.symbol} ${frame.timeframe} ${frame.candle.time}`, frame);
      ahead.delete(frame.symbol);
      draw.soon();
    },
    close: draw.cancel,
  };
}

function withFrames(shown: ChartData, frames: Iterable<CandleFrame>, ahead?: PriceFrame): ChartData {
  let { bars } = shown;
  for (const frame of frames) {
    if (frame.symbol === shown.symbol && frame.timeframe === shown.timeframe)
      bars = withBar(bars, barOf(frame));
  }
  if (ahead !== undefined)
    bars = withPrice(bars, ahead.price, ahead.timestamp, timeframeSeconds[shown.timeframe]);
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
