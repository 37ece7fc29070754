import type { MarketInput } from '../../../schema/market-event.ts';
import type { FilePrices } from './file-prices.ts';

/** Candles told at once, at most: fewer than a desk keeps of a gap. */
const MOST = 10_000;

/**
 * The prices of a file for one desk, told when it has to know them: before it decides, and at the end. Nobody sees its trades in between, and
 * nothing of them is taken while it follows none.
 */
export function createLatePrices(
  prices: FilePrices,
  desk: { readonly isFollowing: boolean; readonly market: (inputs: readonly MarketInput[]) => void },
) {
  let told = 0;
  return {
    /** What is known at a time, Unix ms. */
    upTo(time: number): void {
      const known = prices.known(time);
      if (desk.isFollowing) desk.market(prices.between(told, known, time));
      told = known;
    },
    /** The same, where it has waited for long. */
    keepUp(time: number): void {
      if (prices.known(time) - told >= MOST) this.upTo(time);
    },
  };
}
