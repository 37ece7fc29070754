import type { CandleColumns } from '../../models/candle-columns.ts';

/** Candles as longer ones of `barMs`, on the grid of Unix time. The last may be of fewer candles than the others. */
export function foldColumns(candles: CandleColumns, barMs: number): CandleColumns {
  const bars: { time: number; open: number; high: number; low: number; close: number; volume: number }[] = [];
  for (const [i, at] of candles.time.entries()) {
    const time = Math.floor(at / barMs) * barMs;
    const [high, low, close] = [candles.high[i]!, candles.low[i]!, candles.close[i]!];
    const bar = bars.at(-1);
    if (bar === undefined || bar.time !== time)
      bars.push({ time, open: candles.open[i]!, high, low, close, volume: candles.volume[i]! });
    else {
      bar.high = Math.max(bar.high, high);
      bar.low = Math.min(bar.low, low);
      bar.close = close;
      bar.volume += candles.volume[i]!;
    }
  }
  const column = (of: (bar: (typeof bars)[number]) => number) => Float64Array.from(bars, of);
  return {
    time: column(({ time }) => time),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
    volumeKind: candles.volumeKind,
  };
}
