import { describe, expect, it } from 'vitest';
import { isMarketOpen, nextOpen, openMillisBetween } from '../../../models/calendar/market-hours.ts';
import { newYorkOffset } from '../../../models/calendar/new-york-time.ts';
import { tradingDay } from '../../../models/calendar/nyse-calendar.ts';

const at = (text: string) => Date.parse(text);
const hour = 3_600_000;

describe('newYorkOffset', () => {
  it('agrees with the time zone database on every hour around each change since 2007', () => {
    const zone = new Intl.DateTimeFormat('en-US', {
      timeZone: 'America/New_York',
      hour: '2-digit',
      hour12: false,
    });
    for (let year = 2007; year <= 2035; year++) {
      for (const [month, days] of [
        [2, 16],
        [10, 9],
        [6, 2],
      ] as const) {
        for (let time = Date.UTC(year, month, 1); time < Date.UTC(year, month, days); time += hour) {
          const local = new Date(time + newYorkOffset(time)).getUTCHours();
          expect(Number(zone.format(time)) % 24, new Date(time).toISOString()).toBe(local);
        }
      }
    }
  });
});

describe('market hours', () => {
  it('opens forex from Sunday 17:00 to Friday 17:00 in New York, metals an hour later, summer and winter', () => {
    for (const [kind, opens] of [
      ['forex', '2026-01-11T22:00:00Z'],
      ['metal', '2026-01-11T23:00:00Z'],
    ] as const) {
      expect(isMarketOpen(kind, at('2026-01-09T21:59:59Z'))).toBe(true);
      expect(isMarketOpen(kind, at('2026-01-09T22:00:00Z'))).toBe(false);
      expect(isMarketOpen(kind, at(opens) - 1)).toBe(false);
      expect(isMarketOpen(kind, at(opens))).toBe(true);
      expect(isMarketOpen(kind, at('2026-07-10T20:59:59Z'))).toBe(true);
      expect(isMarketOpen(kind, at('2026-07-10T21:00:00Z'))).toBe(false);
    }
    expect(nextOpen('forex', at('2026-01-10T12:00:00Z'))).toBe(at('2026-01-11T22:00:00Z'));
  });

  it('opens a week over a clock change an hour earlier or later in UTC', () => {
    expect(nextOpen('forex', at('2026-03-07T12:00:00Z'))).toBe(at('2026-03-08T21:00:00Z'));
    expect(nextOpen('forex', at('2026-10-31T12:00:00Z'))).toBe(at('2026-11-01T22:00:00Z'));
  });

  it('knows holidays and half days of the stock exchange', () => {
    const closed = ['2026-01-01', '2026-01-19', '2026-02-16', '2026-04-03', '2026-05-25', '2026-06-19'];
    closed.push(
      '2026-07-03',
      '2026-09-07',
      '2026-11-26',
      '2026-12-25',
      '2021-12-24',
      '2025-04-18',
      '2023-01-02',
    );
    for (const date of closed) expect(tradingDay(at(date)), date).toBeNull();
    expect(tradingDay(at('2021-12-31'))?.close).toBe(16 * hour);
    for (const date of ['2026-11-27', '2026-12-24', '2025-07-03'])
      expect(tradingDay(at(date))?.close, date).toBe(13 * hour);
  });

  it('counts open time over weekends and holidays', () => {
    expect(openMillisBetween('crypto', 0, 5)).toBe(5);
    expect(openMillisBetween('forex', at('2026-01-09T20:00:00Z'), at('2026-01-12T00:00:00Z'))).toBe(4 * hour);
    expect(openMillisBetween('equity', at('2026-11-25T00:00:00Z'), at('2026-11-30T00:00:00Z'))).toBe(
      (6.5 + 3.5) * hour,
    );
    expect(openMillisBetween('equity', at('2026-11-25T15:00:00Z'), at('2026-11-25T15:10:00Z'))).toBe(600_000);
  });
});
