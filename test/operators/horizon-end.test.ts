import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HorizonGrid, horizonEnd } from '../../operators/horizon-end.ts';

const hour = 3_600_000;
const day = 24 * hour;
const week = 7 * day;

/** Hourly windows of a market that is closed for the last two days of each week. */
const weekly: HorizonGrid = {
  openOf: (time) => Math.floor(time / hour) * hour,
  closeOf: (openTime) => openTime + hour,
  openMillis: (from, to) => {
    const upTo = (time: number) => Math.floor(time / week) * 5 * day + Math.min(time % week, 5 * day);
    return upTo(to) - upTo(from);
  },
  nextOpen: (time) => (time % week < 5 * day ? time : Math.ceil(time / week) * week),
};

describe('horizonEnd', () => {
  it('counts bars', () => {
    expect(horizonEnd(weekly, 3 * hour, 24)).toBe(27 * hour);
  });

  it('does not count a closed market', () => {
    expect(horizonEnd(weekly, 5 * day - 2 * hour, 2)).toBe(5 * day);
    expect(horizonEnd(weekly, 5 * day - 2 * hour, 3)).toBe(week + hour);
    expect(horizonEnd(weekly, 5 * day, 1)).toBe(week + hour);
  });

  it('takes in exactly as many open hours as bars, wherever it begins', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 300 }), (start, bars) => {
        const end = horizonEnd(weekly, start * hour, bars);
        expect(weekly.openMillis(start * hour, end)).toBe(bars * hour);
      }),
    );
  });
});
