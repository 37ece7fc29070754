import { describe, expect, it } from 'vitest';
import { isMarketOpen } from '../../models/calendar/market-hours.ts';
import { barsOf } from '../../simulator/market/bars.ts';
import { noFaults } from '../../simulator/faults.ts';
import { foldTicks } from '../../simulator/market/market.ts';
import { seededMarket } from '../../simulator/market/seeded-market.ts';

const market = seededMarket({ seed: 5, isOpen: ({ assetClass }, time) => isMarketOpen(assetClass, time) });
const minute = 60_000;

describe('an equity in its session', () => {
  it('has hourly bars counted from the open in New York, the last of a day shorter', () => {
    const now = Date.UTC(2026, 2, 5, 2);
    const query = { symbol: 'AAPL', minutes: 60, limit: 250 };
    const bars = barsOf(market, query, now, noFaults().rest);
    expect(bars).toHaveLength(250);
    const times = bars.slice(-7).map(({ openTime }) => new Date(openTime).toISOString().slice(0, 16));
    expect(times).toEqual([14, 15, 16, 17, 18, 19, 20].map((hour) => `2026-03-04T${hour}:30`));
    expect(new Set(bars.map(({ openTime }) => openTime)).size).toBe(250);
  });

  it('counts the day volume up from the open, and a minute is its growth', () => {
    const open = Date.UTC(2026, 2, 4, 14, 30);
    const minutes = market.minutes('AAPL', open - 60 * minute, open + 30 * minute);
    expect(minutes[0]!.openTime).toBe(open);
    let before = 0;
    for (const { openTime, volume, ...prices } of minutes) {
      const ticks = market.ticks('AAPL', openTime, openTime + minute);
      expect(foldTicks(openTime, ticks)).toEqual({ openTime, ...prices });
      const volumes = ticks.map(({ dayVolume }) => dayVolume!);
      expect(volumes).toEqual(volumes.toSorted((a, b) => a - b));
      expect(volumes.at(-1)! - before).toBe(volume);
      before = volumes.at(-1)!;
    }
  });

  it('is silent at night, as forex is at the weekend', () => {
    expect(market.ticks('AAPL', Date.UTC(2026, 2, 4, 3), Date.UTC(2026, 2, 4, 4))).toEqual([]);
    expect(market.minutes('EUR/USD', Date.UTC(2026, 2, 7, 3), Date.UTC(2026, 2, 8, 3))).toEqual([]);
    expect(market.minutes('BTC/USD', Date.UTC(2026, 2, 7, 3), Date.UTC(2026, 2, 7, 4))).toHaveLength(60);
  });
});
