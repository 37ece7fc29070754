import { describe, expect, it } from 'vitest';
import { feedGap } from '../../../operators/candles/feed-gap.ts';

const minute = 60_000;
const atOnce = () => 0;

describe('feedGap', () => {
  it('holds the minutes before the subscription, the one of it too', () => {
    const gap = feedGap(10 * minute + 1);
    expect(gap.touches(10 * minute, atOnce)).toBe(true);
    expect(gap.touches(11 * minute, atOnce)).toBe(false);
  });

  it('goes on while an outage lasts, and ends where it ends', () => {
    const gap = feedGap(0);
    gap.add(5 * minute, Infinity);
    expect(gap.isOngoing()).toBe(true);
    expect(gap.touches(99 * minute, atOnce)).toBe(true);
    gap.add(5 * minute, 7 * minute);
    expect(gap.isOngoing()).toBe(false);
    expect(gap.touches(6 * minute, atOnce)).toBe(true);
    expect(gap.touches(7 * minute, atOnce)).toBe(false);
  });

  it('reaches further where event times run ahead of our clock', () => {
    const gap = feedGap(10 * minute);
    expect(gap.touches(10 * minute, () => 1)).toBe(true);
    expect(gap.touches(10 * minute, atOnce)).toBe(false);
  });

  it('is forgotten once its minutes are decided, not before', () => {
    const gap = feedGap(10 * minute);
    gap.forget(9 * minute, atOnce);
    expect(gap.touches(9 * minute, atOnce)).toBe(true);
    gap.forget(10 * minute, atOnce);
    expect(gap.touches(9 * minute, atOnce)).toBe(false);
  });
});
