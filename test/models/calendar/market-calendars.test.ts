import { describe, expect, it } from 'vitest';
import {
  isMarketOpen,
  nextOpen,
  openMillisBetween,
  sessionAt,
} from '../../../models/calendar/market-hours.ts';
import { tradingCalendars } from '../../../models/calendar/trading-calendars.ts';
import { instrumentOf } from '../../../schema/symbol/instrument.ts';
import { SymbolName } from '../../../schema/symbol/symbol.ts';
import { isPublishedOpen, localTimeIn, publishedHours } from './published-hours.ts';

const at = (text: string) => Date.parse(text);
const minute = 60_000;
const hour = 60 * minute;
/** Within each hour: on it, before and after its half, and past the odd bells. */
const instants = [0, 6, 14, 31, 46];

const marketOf = (symbol: string) => instrumentOf(SymbolName.parse(symbol)).market;

describe('market calendars', () => {
  it.each(Object.entries(publishedHours))(
    'open %s in every hour of 2026 and 2027 that its exchange publishes, and in no other',
    (symbol, published) => {
      const market = marketOf(symbol);
      const years = published === 'always' ? [2026, 2027] : published.years;
      const local = published === 'always' ? undefined : localTimeIn(published.zone);
      const wrong: string[] = [];
      for (const year of years) {
        for (let time = Date.UTC(year, 0, 1); time < Date.UTC(year + 1, 0, 1); time += hour) {
          for (const after of instants) {
            const instant = time + after * minute;
            const expected = published === 'always' || isPublishedOpen(published, local!, instant);
            if (isMarketOpen(market, instant) !== expected)
              wrong.push(`${new Date(instant).toISOString()} is ${expected ? 'open' : 'closed'}`);
          }
        }
      }
      expect(wrong.slice(0, 20), `${wrong.length} instants`).toEqual([]);
    },
  );

  it('are each compared with published hours', () => {
    const compared = new Set<string>(Object.keys(publishedHours).map(marketOf));
    // Every exchange that nobody named is New York's.
    compared.add('equity');
    expect(Object.keys(tradingCalendars).filter((market) => !compared.has(market))).toEqual([]);
  });

  it('say the same whatever order they are asked in', () => {
    for (const [symbol, published] of Object.entries(publishedHours)) {
      if (published === 'always') continue;
      const market = marketOf(symbol);
      const local = localTimeIn(published.zone);
      for (let i = 0, time = at('2026-01-01'); i < 400; i++) {
        time = at('2026-01-01') + ((time * 7 + i * 86_399_000) % (364 * 24 * hour));
        expect(isMarketOpen(market, time), `${symbol} ${time}`).toBe(isPublishedOpen(published, local, time));
      }
    }
  });

  it('close forex for the days of Christmas and New Year, from 17:00 New York on the eve', () => {
    expect(isMarketOpen('forex', at('2026-12-24T21:59Z'))).toBe(true);
    expect(isMarketOpen('forex', at('2026-12-24T22:00Z'))).toBe(false);
    expect(nextOpen('forex', at('2026-12-25T12:00Z'))).toBe(at('2026-12-27T22:00Z'));
    expect(nextOpen('forex', at('2025-12-25T12:00Z'))).toBe(at('2025-12-25T22:00Z'));
    expect(isMarketOpen('forex', at('2026-01-01T12:00Z'))).toBe(false);
    // No country's own holiday closes it, and none is made up for.
    for (const open of ['2026-11-26T15:00Z', '2026-04-03T15:00Z', '2026-12-28T12:00Z', '2027-12-24T12:00Z'])
      expect(isMarketOpen('forex', at(open)), open).toBe(true);
  });

  it('pause metals and commodities for an hour a day, and stop them early on holidays of the United States', () => {
    for (const market of ['metal', 'commodity'] as const) {
      expect(openMillisBetween(market, at('2026-03-03T00:00Z'), at('2026-03-04T00:00Z'))).toBe(23 * hour);
      expect(sessionAt(market, at('2026-11-26T19:40Z')).open).toBe(at('2026-11-26T23:00Z'));
      expect(isMarketOpen(market, at('2026-04-03T15:00Z'))).toBe(false);
    }
  });

  it('part a day in Tokyo and Hong Kong by lunch', () => {
    expect(openMillisBetween('tokyo', at('2026-03-03T00:00Z'), at('2026-03-04T00:00Z'))).toBe(5.5 * hour);
    expect(openMillisBetween('hong_kong', at('2026-03-03T00:00Z'), at('2026-03-04T00:00Z'))).toBe(5.5 * hour);
    expect(openMillisBetween('hong_kong', at('2026-12-24T00:00Z'), at('2026-12-25T00:00Z'))).toBe(2.5 * hour);
  });

  it('answer for years that no table holds, and for times that are none', () => {
    for (const [name, { sessionsOf }] of Object.entries(tradingCalendars)) {
      const market = name as keyof typeof tradingCalendars;
      expect(sessionsOf(at('2031-06-04')).length, name).toBeGreaterThan(0);
      const { open, close } = sessionAt(market, at('1999-06-05T12:00Z'));
      expect(close, name).toBeGreaterThan(open);
      expect(isMarketOpen(market, NaN)).toBe(false);
    }
    expect(openMillisBetween('unknown', 5, 9)).toBe(4);
  });
});
