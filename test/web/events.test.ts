import { describe, expect, it } from 'vitest';
import { marksOf } from '../../web/src/chart/marks-of.ts';
import { around, concerns, currenciesOf } from '../../web/src/state/events.ts';

const event = (time: number, country = 'USD') => ({
  title: `e${time}`,
  country,
  time,
  impact: 'High' as const,
});

describe('events of the calendar', () => {
  it('concern both currencies of a pair, else the one a market is quoted in', () => {
    expect(currenciesOf({ provider_symbol: 'EUR/USD' })).toEqual(['EUR', 'USD']);
    expect(currenciesOf({ provider_symbol: 'BTC/USD:Binance' })).toEqual(['BTC', 'USD']);
    expect(currenciesOf({ provider_symbol: 'VOD:LSE', currency: 'GBP' })).toEqual(['GBP']);
    expect(currenciesOf({ provider_symbol: 'AAPL' })).toEqual([]);
    expect(currenciesOf(undefined)).toEqual([]);
    expect(concerns(event(1), ['EUR', 'USD'])).toBe(true);
    expect(concerns(event(1, 'JPY'), ['EUR', 'USD'])).toBe(false);
    expect(concerns(event(1, 'All'), [])).toBe(true);
  });

  it('around a time are the last that are over and the next', () => {
    const events = [1, 2, 3, 4, 5].map((time) => event(time));
    const times = (now: number) => around(events, now, { past: 1, next: 2 }).map(({ time }) => time);
    expect([times(3), times(0), times(9)]).toEqual([[3, 4, 5], [1, 2], [5]]);
    expect(around([], 3, { past: 1, next: 2 })).toEqual([]);
  });

  it('have a place among the bars, and ahead of them, but not before the first or far ahead', () => {
    const times = [600, 660, 720];
    const places = marksOf(
      [100, 690, 840, 720 + 60 * 500].map((s) => event(s * 1000)),
      times,
      60,
    );
    expect(places).toEqual([
      { place: 1.5, text: 'USD e690000' },
      { place: 4, text: 'USD e840000' },
    ]);
    expect(marksOf([event(5)], [], 60)).toEqual([]);
  });
});
