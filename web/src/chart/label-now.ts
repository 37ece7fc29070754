import type { IChartApi, ISeriesApi } from 'lightweight-charts';

/**
 * Labels the price of now on the axis, and no other: the library labels the last bar that is seen, which in the past would read as a
 * price of now. `last` is the index of the newest bar.
 */
export function labelNow(chart: IChartApi, candles: ISeriesApi<'Candlestick'>, last: () => number): void {
  let isLabelled = true;
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    const isSeen = range === null || range.to >= last();
    if (isSeen === isLabelled) return;
    isLabelled = isSeen;
    candles.applyOptions({ lastValueVisible: isSeen });
  });
}
