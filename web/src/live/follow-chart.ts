import type { Client } from '../../../client/create-client.ts';
import { chartData } from '../state/chart/candles.ts';
import { selection } from '../state/selection.ts';
import type { Inbox } from './inbox.ts';
import { loadCandles } from './load-candles.ts';

/** Delay after a close before its decision is requested, ms: by then it has been analysed. */
const verdictAfterMs = 2500;

/** Keeps the chart's candles those of the selected symbol and timeframe, history and live. Returns what ends it. */
export function followChart(client: Client, inbox: Inbox): () => void {
  let live: { unsubscribe: () => void } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const follow = () => {
    const { symbol, timeframe } = selection.get();
    const shown = chartData.get();
    if (symbol === null || timeframe === null) return;
    if (shown?.symbol === symbol && shown.timeframe === timeframe) return;
    chartData.set({ symbol, timeframe, state: 'loading', bars: [], older: 'yes' });
    live?.unsubscribe();
    clearTimeout(timer);
    live = client.prices({ symbols: [symbol], timeframes: [timeframe] }, (frame) => {
      if (frame.type !== 'candle') return;
      inbox.candle(frame);
      if (frame.closed) {
        clearTimeout(timer);
        timer = setTimeout(() => askVerdict(client, symbol), verdictAfterMs);
      }
    });
    void loadCandles(symbol, timeframe);
  };
  const stop = selection.subscribe(follow);
  return () => {
    stop();
    clearTimeout(timer);
    live?.unsubscribe();
  };
}

/**
 * Requests the latest state of a symbol. A WAIT after a WAIT is no change and is not broadcast, but a new subscriber receives it,
 * so we subscribe again. The response reaches the existing subscription.
 */
function askVerdict(client: Client, symbol: string): void {
  client.signals({ symbols: [symbol] }, () => undefined).unsubscribe();
}
