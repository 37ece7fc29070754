import { slotOf, type VolatilityProfile } from './volatility-profile.ts';

/** The time of day moves a variance by at most this factor, either way. */
const MOST = 6;

/** One bar's variance against the usual by a profile, within [1/6, 6]; 1 where the profile has none. time: of the open, Unix ms. */
export function seasonalVariance({ slots }: VolatilityProfile, time: number): number {
  const variance = slots[slotOf(time)]!;
  return variance > 0 ? Math.min(MOST, Math.max(1 / MOST, variance)) : 1;
}

/**
 * Mean of `seasonalVariance` over the next `bars` bars after one that opened at `last`: closed hours are passed over, a weekend is
 * taken for a night.
 */
export function seasonAhead(profile: VolatilityProfile, last: number, bars: number): number {
  const { slots, barMs } = profile;
  let total = 0;
  let counted = 0;
  // A day has an open slot, so a bar of a day's steps does too: bounded however odd the profile.
  for (let step = 1; counted < bars && step <= MOST_STEPS; step++) {
    const time = last + step * barMs;
    if (slots[slotOf(time)] === 0) continue;
    total += seasonalVariance(profile, time);
    counted++;
  }
  return counted > 0 ? total / counted : 1;
}

const MOST_STEPS = 20_000;
