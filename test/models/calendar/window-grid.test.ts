import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketKind } from '../../../models/calendar/market-hours.ts';
import { tradingCalendars } from '../../../models/calendar/trading-calendars.ts';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { timeframeMs, timeframes } from '../../../schema/timeframe.ts';

const kinds = Object.keys(tradingCalendars) as (keyof typeof tradingCalendars)[];
const at = (text: string) => Date.parse(text);
const hour = 3_600_000;

/** Opens of the windows from one instant to another. */
function opens(grid: ReturnType<typeof windowGrid>, from: string, to: string): string[] {
  const found: string[] = [];
  for (let open = grid.openOf(at(from)); open < at(to); open = grid.closeOf(open))
    found.push(new Date(open).toISOString().slice(5, 16));
  return found;
}

describe('windowGrid', () => {
  it('gives every instant exactly one window, on every grid', () => {
    const time = fc.integer({ min: at('2019-01-01'), max: at('2030-01-01') });
    const kind = fc.constantFrom<MarketKind>('crypto', 'unknown', ...kinds);
    const alignment = fc.constantFrom('utc' as const, 'newyork' as const);
    fc.assert(
      fc.property(
        time,
        fc.constantFrom(...timeframes),
        kind,
        alignment,
        (t, timeframe, assetClass, alignment) => {
          const grid = windowGrid(timeframe, { alignment, assetClass });
          const open = grid.openOf(t);
          const close = grid.closeOf(open);
          expect(open).toBeLessThanOrEqual(t);
          expect(close).toBeGreaterThan(t);
          expect(close - open).toBeLessThanOrEqual(timeframeMs[timeframe] + hour);
          expect(grid.openOf(open)).toBe(open);
          expect(grid.openOf(close - 1)).toBe(open);
          expect(grid.openOf(close)).toBe(close);
          expect(open % 60_000).toBe(0);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('counts 4h from 17:00 in New York over both clock changes', () => {
    const grid = windowGrid('4h', { alignment: 'newyork', assetClass: 'crypto' });
    expect(opens(grid, '2026-03-08T02:00Z', '2026-03-09T00:00Z')).toEqual([
      '03-08T02:00',
      '03-08T06:00',
      '03-08T09:00',
      '03-08T13:00',
      '03-08T17:00',
      '03-08T21:00',
    ]);
    expect(opens(grid, '2026-11-01T01:00Z', '2026-11-02T00:00Z')).toEqual([
      '11-01T01:00',
      '11-01T05:00',
      '11-01T10:00',
      '11-01T14:00',
      '11-01T18:00',
      '11-01T22:00',
    ]);
  });

  it('gives days of 23 and 25 hours between two closes in New York', () => {
    const grid = windowGrid('1day', { alignment: 'newyork', assetClass: 'forex' });
    const length = (text: string) => (grid.closeOf(grid.openOf(at(text))) - grid.openOf(at(text))) / hour;
    expect(length('2026-03-08T12:00Z')).toBe(23);
    expect(length('2026-11-01T12:00Z')).toBe(25);
    expect(new Date(grid.openOf(at('2026-07-01T12:00Z'))).toISOString()).toBe('2026-06-30T21:00:00.000Z');
  });

  it('leaves windows up to an hour on the UTC grid', () => {
    const grid = windowGrid('1h', { alignment: 'newyork', assetClass: 'forex' });
    expect(grid.openOf(at('2026-03-08T07:30Z'))).toBe(at('2026-03-08T07:00Z'));
  });

  it('counts equities from the opening bell and ends the last window with the session', () => {
    const hours = windowGrid('1h', { alignment: 'utc', assetClass: 'equity' });
    const session = opens(hours, '2026-01-05T14:30Z', '2026-01-05T21:00Z');
    expect(session).toEqual(
      ['14:30', '15:30', '16:30', '17:30', '18:30', '19:30', '20:30'].map((t) => `01-05T${t}`),
    );
    expect(hours.closeOf(at('2026-01-05T20:30Z'))).toBe(at('2026-01-05T21:00Z'));
    const four = windowGrid('4h', { alignment: 'newyork', assetClass: 'equity' });
    expect(opens(four, '2026-07-06T13:30Z', '2026-07-06T20:00Z')).toEqual(['07-06T13:30', '07-06T17:30']);
    const day = windowGrid('1day', { alignment: 'utc', assetClass: 'equity' });
    expect(day.openOf(at('2026-01-05T18:00Z'))).toBe(at('2026-01-05T14:30Z'));
    expect(day.inSession(at('2026-01-05T14:29Z'))).toBe(false);
    expect(day.inSession(at('2026-01-05T14:30Z'))).toBe(true);
  });
});
