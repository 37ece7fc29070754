import type { CandleColumns } from '../../models/candle-columns.ts';

/** How the other future moves: returns change sign and size, so that neither may show. */
const POWER = -2.5;

/** The same candles up to a time, and from there on another market: prices move the other way and farther, volumes are others. */
export function otherFuture(candles: CandleColumns, from: number): CandleColumns {
  const { time, open, high, low, close, volume } = candles;
  const first = time.findIndex((at) => at >= from);
  if (first < 0) return candles;
  const last = close[Math.max(0, first - 1)]!;
  const turned = (prices: Float64Array, into: Float64Array): Float64Array =>
    into.map((price, i) => (i < first ? price : last * (prices[i]! / last) ** POWER));
  return {
    ...candles,
    open: turned(open, open),
    // Turned around, the low is the high.
    high: turned(low, high),
    low: turned(high, low),
    close: turned(close, close),
    volume: volume.map((traded, i) => (i < first ? traded : 1 + traded * (0.2 + (i % 7)))),
  };
}
