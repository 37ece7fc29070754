import type { JumpLimits } from './jump-limits.ts';

const splits = [2, 3];
/** The price goes on moving while a share splits, log units. */
const NEAR = 0.02;

/** Are two prices in a row, both > 0, not in one unit: has there been a split, a redenomination, or is one of them no price at all? */
export function isRestated(limits: JumpLimits, before: number, after: number): boolean {
  const size = Math.abs(Math.log(after / before));
  if (size >= Math.log(limits.restated)) return true;
  return limits.splits && splits.some((ratio) => Math.abs(size - Math.log(ratio)) <= NEAR);
}
