import { type Finding, fail, off, ok, warn } from './finding.ts';

/** Ticks from further ahead are rejected by default (`TICK_MAX_AHEAD_MS`), though the offset is measured and corrected. */
const fineMs = 2000;
const badMs = 30_000;

/** Our clock against the provider's, `aheadMs` from its `Date` header: good to about a second. */
export function checkClock(aheadMs: number | undefined): Finding {
  if (aheadMs === undefined) return off('clock', 'nobody outside was asked for the time');
  const seconds = (Math.abs(aheadMs) / 1000).toFixed(1);
  const says = `${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} the provider's`;
  const todo = 'keep the clock with NTP: `timedatectl set-ntp true`';
  if (Math.abs(aheadMs) <= fineMs) return ok('clock', `within ${fineMs / 1000} s of the provider's`);
  return Math.abs(aheadMs) < badMs ? warn('clock', says, todo) : fail('clock', says, todo);
}
