import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextOpen } from '../../../../models/calendar/market-hours.ts';
import { windowGrid } from '../../../../models/calendar/window-grid.ts';
import { type HorizonGrid, horizonEnd } from '../../../../operators/signals/outcomes/horizon-end.ts';

const hour = 3_600_000;
const day = 24 * hour;
const week = 7 * day;

/** Hourly windows of a market that is closed for the last two days of each week. */
const weekly: HorizonGrid = {
  openOf: (time) => Math.floor(time / hour) * hour,
  closeOf: (openTime) => openTime + hour,
  nextOpen: (time) => (time % week < 5 * day ? time : Math.ceil(time / week) * week),
};

/** Its open time between two instants, ms. */
const openMillis = (from: number, to: number) => {
  const upTo = (time: number) => Math.floor(time / week) * 5 * day + Math.min(time % week, 5 * day);
  return upTo(to) - upTo(from);
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

  it('follows real markets over a weekend and an exchange over the night', () => {
    const of = (assetClass: 'forex' | 'equity', timeframe: '1h' | '1day'): HorizonGrid => ({
      ...windowGrid(timeframe, { alignment: 'utc', assetClass }),
      nextOpen: (time) => nextOpen(assetClass, time),
    });
    const at = (text: string) => Date.parse(`${text}Z`);
    // Forex closes on Friday at 17:00 New York, 22:00 UTC in winter, and opens on Sunday at the same time.
    expect(horizonEnd(of('forex', '1h'), at('2026-01-09T20:00'), 3)).toBe(at('2026-01-11T23:00'));
    // Seven bars a day, the last of half an hour, from 9:30 New York.
    expect(horizonEnd(of('equity', '1h'), at('2026-01-06T20:30'), 3)).toBe(at('2026-01-07T16:30'));
    expect(horizonEnd(of('equity', '1day'), at('2026-01-08T21:00'), 2)).toBe(at('2026-01-12T21:00'));
  });

  it('takes in exactly as many open hours as bars, wherever it begins', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 300 }), (start, bars) => {
        const end = horizonEnd(weekly, start * hour, bars);
        expect(openMillis(start * hour, end)).toBe(bars * hour);
      }),
    );
  });
});
