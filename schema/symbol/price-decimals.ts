import { assetClassOf } from './instrument.ts';

/** Decimals a price of this size is quoted with: cents for stocks and large prices, fractions of a pip for currencies. */
export function decimalsOf(symbol: string, price: number): number {
  if (assetClassOf(symbol) === 'equity' || price >= 500) return 2;
  if (price >= 20) return 3;
  return price >= 0.1 ? 5 : 8;
}

/** Entry and levels of a signal, in quote currency. */
export interface Levels {
  readonly entry: number;
  readonly tp: number;
  readonly sl: number;
}

/**
 * How much rounding to `decimals` changes a trade: the largest relative change of its risk, |entry - sl|, and of its reward per
 * risk. Infinite where no risk is left.
 */
export function roundingShift({ entry, tp, sl }: Levels, decimals: number): number {
  const round = (price: number) => Number(price.toFixed(decimals));
  const before = { risk: Math.abs(entry - sl), reward: Math.abs(tp - entry) };
  const after = { risk: Math.abs(round(entry) - round(sl)), reward: Math.abs(round(tp) - round(entry)) };
  const change = (was: number, is: number) => (was === is ? 0 : Math.abs(is - was) / was);
  if (after.risk === 0) return before.risk === 0 ? 0 : Infinity;
  return Math.max(
    change(before.risk, after.risk),
    change(before.reward / before.risk, after.reward / after.risk),
  );
}

/** Most that rounding may change a trade's risk or reward per risk: beyond it, it is another trade. */
export const mostRoundingShift = 0.02;

/** More decimals than a double holds of any price above 1e-7. */
const most = 15;

/**
 * Decimals in which a signal's prices are written for people: those its instrument is quoted with, or as many as the entry itself,
 * which is a quote, has; more where the levels are so near each other that rounding would change the trade.
 */
export function decimalsOfLevels(symbol: string, levels: Levels): number {
  const quoted = ownDecimals(levels.entry);
  let decimals = Math.max(decimalsOf(symbol, levels.entry), quoted <= 8 ? quoted : 0);
  while (decimals < most && !(roundingShift(levels, decimals) <= mostRoundingShift)) decimals += 1;
  return decimals;
}

/** Decimals in the shortest text of a number: 1.0721 has 4, 5e-7 has 7. */
function ownDecimals(price: number): number {
  const [digits = '', exponent = '0'] = String(price).split('e');
  const decimals = digits.split('.')[1]?.length ?? 0;
  return Math.max(0, decimals - Number(exponent));
}
