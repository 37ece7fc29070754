import type { CandleFrame, PriceFrame } from '../../../schema/wire.ts';
import { barOf, chartData, withBar, type ChartData } from '../state/candles.ts';
import { mergeQuotes, quotes } from '../state/quotes.ts';

/** Pauses between two drawings, ms. Nobody reads faster, and twenty symbols at ten updates a second stay cheap. */
const pricePauseMs = 250;
const chartPauseMs = 500;

export type Inbox = ReturnType<typeof createInbox>;

/** Gathers price and candle frames, the latest of each, and writes them to the stores in one go. */
export function createInbox() {
  const prices = new Map<string, PriceFrame>();
  const candles = new Map<string, CandleFrame>();
  const drawPrices = afterPause(pricePauseMs, () => {
    quotes.update((known) => mergeQuotes(known, prices.values()));
    prices.clear();
  });
  const drawChart = afterPause(chartPauseMs, () => {
    chartData.update((shown) => (shown === null ? null : withFrames(shown, candles.values())));
    candles.clear();
  });
  return {
    price: (frame: PriceFrame) => {
      prices.set(frame.symbol, frame);
      drawPrices.soon();
    },
    candle: (frame: CandleFrame) => {
      candles.set(`${frame.symbol} ${frame.timeframe} ${frame.candle.time}`, frame);
      drawChart.soon();
    },
    close: () => {
      drawPrices.cancel();
      drawChart.cancel();
    },
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

/** Runs once, `ms` after the first wish for it. */
function afterPause(ms: number, run: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    soon: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        run();
      }, ms);
    },
    cancel: () => clearTimeout(timer),
  };
}
