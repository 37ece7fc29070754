import type { Swing } from './swings.ts';

interface Level {
  price: number;
  /** Swings that turned there. */
  touches: number;
}

/** Nearest first. */
export interface Levels {
  supports: Level[];
  resistances: Level[];
}

/**
 * Prices where the market turned: swings closer together than `tolerance` (log units) are one level, at their mean. What lies below
 * the price is support, what lies above resistance, whichever kind of swing made it.
 */
export function supportResistance(swings: readonly Swing[], price: number, tolerance: number): Levels {
  const prices = swings.map((swing) => swing.price).sort((a, b) => a - b);
  const levels: Level[] = [];
  let cluster: number[] = [];
  for (const [i, value] of prices.entries()) {
    cluster.push(value);
    const next = prices[i + 1];
    if (next === undefined || Math.log(next / cluster[0]!) > tolerance) {
      levels.push({
        price: cluster.reduce((sum, x) => sum + x, 0) / cluster.length,
        touches: cluster.length,
      });
      cluster = [];
    }
  }
  return {
    supports: levels.filter((level) => level.price < price).reverse(),
    resistances: levels.filter((level) => level.price > price),
  };
}
