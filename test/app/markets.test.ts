import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../app/markets.ts';

describe('createMarkets', () => {
  it('takes daily bars from the provider for crypto on the UTC grid alone: others are dated by a day of their own', () => {
    const utc = createMarkets({ alignment: 'utc', pairsNeverClose: false });
    expect(utc.isProviderGrid('BTCUSD', '1day')).toBe(true);
    for (const symbol of ['EURUSD', 'XAUUSD', 'AAPL']) expect(utc.isProviderGrid(symbol, '1day')).toBe(false);
    for (const symbol of ['EURUSD', 'AAPL']) expect(utc.isProviderGrid(symbol, '4h')).toBe(true);
    const newYork = createMarkets({ alignment: 'newyork', pairsNeverClose: false });
    expect(newYork.isProviderGrid('BTCUSD', '1day')).toBe(false);
    expect(newYork.isProviderGrid('EURUSD', '4h')).toBe(false);
    expect(newYork.isProviderGrid('EURUSD', '1h')).toBe(true);
  });
});
