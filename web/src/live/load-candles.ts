import type { CandlesAnswer } from '../../../schema/rest.ts';
import type { Timeframe } from '../../../schema/timeframe.ts';
import { getJson } from '../api/get-json.ts';
import { chartData, mergeHistory, type ChartData } from '../state/chart/candles.ts';

const candlesAsked = 500;

/** Fetches the closed candles of the chart and merges them with those received live. */
export async function loadCandles(symbol: string, timeframe: Timeframe): Promise<void> {
  const path = `/candles/${encodeURIComponent(symbol)}?interval=${timeframe}&outputsize=${candlesAsked}`;
  const change = await getJson<CandlesAnswer>(path).then(
    (answer) => (shown: ChartData) => ({
      symbol,
      timeframe,
      state: 'ready' as const,
      older: shown.older,
      olderReason: shown.olderReason,
      bars: mergeHistory(
        answer.candles.map((candle) => ({ ...candle, closed: true })),
        shown.bars,
      ),
    }),
    (error: unknown) => (shown: ChartData) =>
      // A chart that has bars keeps them: the banner shows that the server is away.
      shown.bars.length > 0
        ? shown
        : {
            ...shown,
            state: 'failed' as const,
            error: error instanceof Error ? error.message : String(error),
          },
  );
  chartData.update((shown) =>
    shown?.symbol === symbol && shown.timeframe === timeframe ? change(shown) : shown,
  );
}
