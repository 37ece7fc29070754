import { describe, expect, it } from 'vitest';
import { sameMarkets } from '../../../../operators/signals/outcomes/same-market.ts';
import { minute } from '../signal-samples.ts';

const random = (seed: number) => {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
};
/** Closes whose returns share `weight` of the walk of one seed. */
const walk = (seed: number, of: number, weight: number, count = 120, from = 0): Map<number, number> => {
  const [shared, own] = [random(of), random(seed)];
  let price = 100;
  const closes = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    price *= Math.exp(0.01 * (weight * shared() + (1 - Math.abs(weight)) * own()));
    if (i >= from) closes.set(i * minute, price);
  }
  return closes;
};

describe('sameMarkets', () => {
  const bitcoin = walk(3, 7, 1);

  it('finds the symbols that move as one, the first counting for them', () => {
    const found = sameMarkets([
      ['BTCUSD', bitcoin],
      ['ETHUSD', walk(5, 7, 0.5)],
      ['BTCUSDT', walk(9, 7, 0.95)],
      ['USDBTC', walk(4, 7, -0.98)],
    ]);
    expect(found).toMatchObject([{ symbols: ['BTCUSD', 'BTCUSDT', 'USDBTC'], counted: 'BTCUSD' }]);
    expect(Math.abs(found[0]!.correlation)).toBeGreaterThan(0.95);
    expect(Math.abs(found[0]!.correlation)).toBeLessThan(1);
  });

  it('lets a symbol stand for itself where too few candles are common', () => {
    const late = walk(9, 7, 1, 120, 100);
    expect(
      sameMarkets([
        ['BTCUSD', bitcoin],
        ['BTCUSDT', late],
        ['POSTED', new Map()],
      ]),
    ).toEqual([]);
  });

  it('compares only candles that both have', () => {
    const holes = new Map([...bitcoin].filter(([time]) => time % (7 * minute) !== 0));
    expect(
      sameMarkets([
        ['BTCUSD', bitcoin],
        ['BTCUSDT', holes],
      ]),
    ).toMatchObject([{ counted: 'BTCUSD' }]);
  });
});
