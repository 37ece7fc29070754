import type { JumpLimits } from './jump-limits.ts';

const splits = [2, 3];
/** The price goes on moving while a share splits, log units. */
const NEAR = 0.02;

/** A ratio that is below every split's and nearness. */
const USUAL = 1.25;

/** Are two prices in a row, both > 0, not in one unit: has there been a split, a redenomination, or is one of them no price at all? */
export function isRestated(limits: JumpLimits, before: number, after: number): boolean {
  // Mostly a price is near the one before, and a logarithm is not needed to see it.
  if (limits.restated >= USUAL && after < USUAL * before && before < USUAL * after) return false;
  const size = Math.abs(Math.log(after / before));
  if (size >= Math.log(limits.restated)) return true;
  return limits.splits && splits.some((ratio) => Math.abs(size - Math.log(ratio)) <= NEAR);
}
