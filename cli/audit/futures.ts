import type { SpacedCandles } from '../candles/spaced-candles.ts';

/** Minutes that open before a time, copied: nothing after them is in the same memory. */
export function cutAt(minutes: SpacedCandles, time: number): SpacedCandles {
  return pick(minutes, (at) => at < time);
}

/** How the other future moves: returns change sign and size, so that neither may show. */
const POWER = -2.5;

/**
 * The same past with another future: from a time on prices move the other way and farther, volumes are others, and a quarter of the
 * minutes has no trade.
 */
export function otherFuture(minutes: SpacedCandles, time: number): SpacedCandles {
  const past = cutAt(minutes, time);
  const rest = pick(minutes, (at, i) => at >= time && (i * 7919) % 4 !== 0);
  const last = past.close.at(-1) ?? minutes.open[0]!;
  const turned = (prices: Float64Array): Float64Array =>
    prices.map((price) => last * (price / last) ** POWER);
  return {
    time: join(past.time, rest.time),
    open: join(past.open, turned(rest.open)),
    // Turned around, the low is the high.
    high: join(past.high, turned(rest.low)),
    low: join(past.low, turned(rest.high)),
    close: join(past.close, turned(rest.close)),
    volume: join(
      past.volume,
      rest.volume.map((volume, i) => 1 + volume * (0.2 + (i % 7))),
    ),
    volumeKind: minutes.volumeKind,
    spacingMs: minutes.spacingMs,
  };
}

function pick(minutes: SpacedCandles, wanted: (time: number, index: number) => boolean): SpacedCandles {
  const { time, open, high, low, close, volume, volumeKind, spacingMs } = minutes;
  const keep = (values: Float64Array): Float64Array => values.filter((_, i) => wanted(time[i]!, i));
  return {
    time: keep(time),
    open: keep(open),
    high: keep(high),
    low: keep(low),
    close: keep(close),
    volume: keep(volume),
    volumeKind,
    spacingMs,
  };
}

const join = (a: Float64Array, b: Float64Array): Float64Array => Float64Array.from([...a, ...b]);
