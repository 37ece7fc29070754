import type { CandleColumns } from '../../models/candle-columns.ts';
import { seededRandom, standardNormal } from '../../models/random.ts';

export interface WalkOptions {
  readonly bars?: number;
  /** Deviation of a bar, log units. */
  readonly sigma?: number;
  /** Price of the first open. */
  readonly price?: number;
  /** Deviation of the step between a close and the next open. */
  readonly gap?: number;
}

/** Candles of ten steps each, of a random walk. */
export function walkOf(seed: number, options: WalkOptions = {}): CandleColumns {
  const { bars = 250, sigma = 0.002, price = 100, gap = 0 } = options;
  const random = seededRandom(seed);
  const [time, open, high, low, close] = Array.from({ length: 5 }, () => new Float64Array(bars));
  let at = price;
  for (let t = 0; t < bars; t++) {
    at *= Math.exp(gap * standardNormal(random));
    const path = [at];
    for (let i = 0; i < 10; i++)
      path.push((at *= Math.exp((sigma / Math.sqrt(10)) * standardNormal(random))));
    time![t] = t * 300_000;
    [open![t], high![t], low![t], close![t]] = [path[0]!, Math.max(...path), Math.min(...path), at];
  }
  return {
    time: time!,
    open: open!,
    high: high!,
    low: low!,
    close: close!,
    volume: new Float64Array(bars),
    volumeKind: 'none',
  };
}

export function copyOf(candles: CandleColumns): CandleColumns {
  const { open, high, low, close } = candles;
  return { ...candles, open: open.slice(), high: high.slice(), low: low.slice(), close: close.slice() };
}

/** All candles before `bar` in another unit. */
export function splitAt(candles: CandleColumns, bar: number, factor: number): CandleColumns {
  const split = copyOf(candles);
  for (const column of [split.open, split.high, split.low, split.close])
    for (let t = 0; t < bar; t++) column[t]! *= factor;
  return split;
}

/** One close is wrong; the range holds it. */
export function badCloseAt(candles: CandleColumns, bar: number, factor: number): CandleColumns {
  const bad = copyOf(candles);
  bad.close[bar]! *= factor;
  bad.high[bar] = Math.max(bad.high[bar]!, bad.close[bar]!);
  bad.low[bar] = Math.min(bad.low[bar]!, bad.close[bar]!);
  return bad;
}

/** Candles from `bar` on, `count` of them, wrong as a whole; the ones around them are right. */
export function apartAt(candles: CandleColumns, bar: number, factor: number, count = 1): CandleColumns {
  const apart = copyOf(candles);
  for (const column of [apart.open, apart.high, apart.low, apart.close])
    for (let t = bar; t < Math.min(column.length, bar + count); t++) column[t]! *= factor;
  return apart;
}

/** Candles of `[from, to)` repeat the close before them. */
export function frozenAt(candles: CandleColumns, from: number, to: number): CandleColumns {
  const frozen = copyOf(candles);
  const price = frozen.close[Math.max(0, from - 1)]!;
  for (const column of [frozen.open, frozen.high, frozen.low, frozen.close]) column.fill(price, from, to);
  return frozen;
}
