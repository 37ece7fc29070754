import type { CandleColumns } from '../../models/candle-columns.ts';
import { seededRandom, standardNormal } from '../../models/random.ts';

/** A Monday, midnight UTC. */
const begin = Date.UTC(2024, 0, 1);

/** Candles of a market that nobody knows: a price that drifts, rests and storms by turns, the same for the same seed. */
export function sampleCandles(bars: number, barMs: number, seed = 1): CandleColumns {
  const random = seededRandom(seed);
  const [time, open, high, low, close, volume] = Array.from({ length: 6 }, () => new Float64Array(bars)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const usual = 0.001 * Math.sqrt(barMs / 3_600_000) * 4;
  let [price, drift, wild] = [100, 0, 1];
  for (let t = 0; t < bars; t++) {
    if (random() < 0.02) [drift, wild] = [0.3 * standardNormal(random), 0.5 + 2 * random()];
    const spread = usual * wild;
    time[t] = begin + t * barMs;
    open[t] = price;
    price *= Math.exp(spread * (drift + standardNormal(random)));
    close[t] = price;
    high[t] = Math.max(open[t]!, price) * (1 + spread * random());
    low[t] = Math.min(open[t]!, price) * (1 - spread * random());
    volume[t] = Math.round(1000 * wild * (0.2 + random()));
  }
  return { time, open, high, low, close, volume, volumeKind: 'traded' };
}
