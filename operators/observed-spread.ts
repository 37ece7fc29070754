import type { Tick } from '../schema/tick.ts';

/** The spread of a symbol as its feed shows it, in basis points of the price. */
export interface ObservedSpread {
  add(tick: Tick): void;
  /** Median of the latest ones; null while fewer than `least` were seen: the configured cost counts then. */
  medianBps(): number | null;
}

/** Keeps the latest `size` spreads of ticks that carry a bid and an ask; crossed ones do not count. */
export function createObservedSpread(size = 256, least = 32): ObservedSpread {
  const ring = new Float64Array(size);
  let count = 0;
  return {
    add({ bid, ask }) {
      if (bid === undefined || ask === undefined || !(ask >= bid) || !(bid > 0)) return;
      ring[count % size] = (20_000 * (ask - bid)) / (ask + bid);
      count++;
    },
    medianBps() {
      if (count < least) return null;
      const seen = ring.subarray(0, Math.min(count, size)).toSorted();
      return seen[seen.length >> 1] ?? null;
    },
  };
}
