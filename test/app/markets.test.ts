import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../app/markets.ts';
import type { Instrument } from '../../schema/symbol/instrument.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

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

  it('folds longer windows over a lunch break from half hours: how the provider counts over it nobody knows', () => {
    const { isProviderGrid, foldFrom } = createMarkets({ alignment: 'utc', pairsNeverClose: false });
    expect(['30min', '1h', '4h'].map((one) => isProviderGrid('7203:TSE', one as Timeframe))).toEqual([
      true,
      false,
      false,
    ]);
    expect([foldFrom('7203:TSE'), foldFrom('VOD:LSE'), foldFrom('EURUSD')]).toEqual(['30min', '1h', '1h']);
  });

  it('counts windows from the bell of the exchange, on through lunch, and ends the day with it', () => {
    const { gridOf } = createMarkets({ alignment: 'utc', pairsNeverClose: false });
    const opens = (symbol: string, from: string, to: string) => {
      const { openOf, closeOf } = gridOf(symbol, '1h');
      const found: string[] = [];
      for (let open = openOf(Date.parse(from)); open < Date.parse(to); open = closeOf(open))
        found.push(new Date(open).toISOString().slice(11, 16));
      return found;
    };
    expect(opens('RELIANCE:NSE', '2026-03-04T03:45Z', '2026-03-04T10:00Z')).toEqual([
      '03:45',
      '04:45',
      '05:45',
      '06:45',
      '07:45',
      '08:45',
      '09:45',
    ]);
    expect(opens('0700:HKEX', '2026-03-04T01:30Z', '2026-03-04T08:00Z')).toEqual([
      '01:30',
      '02:30',
      '03:30',
      '04:30',
      '05:30',
      '06:30',
      '07:30',
    ]);
    expect(opens('VOD:LSE', '2026-07-01T07:00Z', '2026-07-01T15:30Z')[0]).toBe('07:00');
  });

  it('asks anew what a symbol is, and expects no price where nobody knows its hours', () => {
    let market: Instrument['market'] = 'new_york';
    const markets = createMarkets({
      alignment: 'utc',
      pairsNeverClose: false,
      instrumentOf: () => ({ assetClass: 'equity', market, decidedBy: 'assumed' }),
    });
    const own = markets.of('X');
    const morning = Date.parse('2026-03-04T09:00Z');
    expect([own.isOpen(morning), markets.owesPrices('X', morning)]).toEqual([false, false]);
    market = 'london';
    expect([own.isOpen(morning), markets.owesPrices('X', morning)]).toEqual([true, true]);
    market = 'unknown';
    expect([own.isOpen(morning), markets.owesPrices('X', morning)]).toEqual([true, false]);
  });
});
