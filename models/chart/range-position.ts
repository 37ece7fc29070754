import type { CandleColumns } from '../candle-columns.ts';

export interface RangePosition {
  /** Where the last close stands between the lowest low (0) and the highest high (1); 0.5 without a range. */
  position: number;
  /** At or below this position a price is a discount, at or above 1 minus it a premium. */
  threshold: number;
  isDiscount: boolean;
  isPremium: boolean;
}

/** Share of the range that is a discount at usual volatility, and the bounds of its widening. */
const USUAL = 0.35;
const WIDEST = 0.5;

/**
 * Position in the range of the last bars. The threshold grows with volatility against its usual level: a market that moves twice as far
 * reaches the middle of its range as fast as a quiet one its edge.
 *
 * volatilityRatio: recent over usual volatility, null if unknown (then 1).
 */
export function rangePosition(
  { high, low, close }: CandleColumns,
  volatilityRatio: number | null,
  bars = 100,
): RangePosition {
  const from = Math.max(0, close.length - bars);
  const top = Math.max(...high.subarray(from));
  const bottom = Math.min(...low.subarray(from));
  const position = top > bottom ? (close.at(-1)! - bottom) / (top - bottom) : 0.5;
  const threshold = Math.min(WIDEST, USUAL * Math.max(0.5, volatilityRatio ?? 1));
  return { position, threshold, isDiscount: position <= threshold, isPremium: position >= 1 - threshold };
}
