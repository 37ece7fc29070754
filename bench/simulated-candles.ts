import type { CandleColumns } from '../models/candle-columns.ts';
import { seededRandom, standardNormal } from '../models/random.ts';

/** A seeded random walk whose volatility changes every 40 bars, twenty steps a candle: for machines without recorded data. */
export function simulatedCandles(bars: number): CandleColumns {
  const random = seededRandom(1);
  const [open, high, low, close, volume] = [0, 0, 0, 0, 0].map(() => new Float64Array(bars));
  let price = 100;
  for (let t = 0; t < bars; t++) {
    const spread = Math.floor(t / 40) % 2 === 0 ? 0.0003 : 0.0008;
    open![t] = price;
    high![t] = price;
    low![t] = price;
    for (let step = 0; step < 20; step++) {
      price *= Math.exp(spread * standardNormal(random));
      high![t] = Math.max(high![t]!, price);
      low![t] = Math.min(low![t]!, price);
    }
    close![t] = price;
    volume![t] = 1 + Math.floor(100 * random());
  }
  const time = Float64Array.from({ length: bars }, (_, t) => t * 60_000);
  return { time, open: open!, high: high!, low: low!, close: close!, volume: volume!, volumeKind: 'traded' };
}
