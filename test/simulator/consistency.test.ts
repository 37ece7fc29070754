import { describe, expect, it } from 'vitest';
import { foldTicks } from '../../simulator/market/market.ts';
import { seededMarket } from '../../simulator/market/seeded-market.ts';

const now = Date.UTC(2026, 2, 4, 12);
const minute = 60_000;

describe('seededMarket', () => {
  it('has minutes that are the fold of their ticks', () => {
    const market = seededMarket({ seed: 7 });
    for (const symbol of ['BTC/USD', 'EUR/USD', 'XAU/USD', 'AAPL']) {
      for (const { volume, ...bar } of market.minutes(symbol, now - 120 * minute, now)) {
        const ticks = market.ticks(symbol, bar.openTime, bar.openTime + minute);
        expect(foldTicks(bar.openTime, ticks)).toEqual(bar);
        expect(volume !== undefined).toBe(symbol === 'BTC/USD' || symbol === 'AAPL');
        expect(ticks.every((tick, i) => i === 0 || tick.time >= ticks[i - 1]!.time)).toBe(true);
      }
    }
  });

  it('has the same past in whatever order it is requested', () => {
    const forwards = seededMarket({ seed: 7 });
    const backwards = seededMarket({ seed: 7 });
    const hours = Array.from({ length: 48 }, (_, i) => now - i * 60 * minute);
    const ask = (market: typeof forwards, time: number) => market.ticks('BTC/USD', time, time + 5 * minute);
    const late = hours.map((time) => ask(backwards, time));
    const early = hours
      .toReversed()
      .map((time) => ask(forwards, time))
      .reverse();
    expect(early).toEqual(late);
    expect(ask(seededMarket({ seed: 8 }), now)).not.toEqual(late[0]);
  });

  it('keeps BTC/USD below the 100,000 that the community platform can hold, over years and seeds', () => {
    for (let seed = 0; seed < 10; seed++) {
      const market = seededMarket({ seed });
      for (let day = 0; day < 700; day += 30) {
        const bars = market.minutes('BTC/USD', now - day * 1440 * minute, now - day * 1440 * minute + minute);
        expect(bars[0]!.high).toBeLessThan(99_000);
      }
    }
  });

  it('moves from one minute to the next without a jump, midnight included', () => {
    const market = seededMarket({ seed: 3 });
    const midnight = Date.UTC(2026, 2, 4);
    const bars = market.minutes('EUR/USD', midnight - 30 * minute, midnight + 30 * minute);
    for (const [i, bar] of bars.slice(1).entries()) {
      expect(Math.abs(bar.open / bars[i]!.close - 1)).toBeLessThan(0.0005);
    }
  });

  it('has quiet minutes where quotes alone move the price', () => {
    const market = seededMarket({ seed: 3 });
    const minutes = market.minutes('XAU/USD', now - 5_000 * minute, now).length;
    expect(minutes).toBeLessThan(5_000);
    expect(minutes).toBeGreaterThan(4_950);
  });
});
