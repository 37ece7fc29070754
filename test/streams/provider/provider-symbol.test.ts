import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../config.ts';
import { SymbolName } from '../../../schema/symbol/symbol.ts';
import { toProviderSymbol } from '../../../streams/provider/provider-symbol.ts';

describe('toProviderSymbol', () => {
  it.each([
    ['USD/IDR', 'USDIDR', 'USD/IDR'],
    ['usd/aed', 'USDAED', 'USD/AED'],
    ['BTC/IDR', 'BTCIDR', 'BTC/IDR'],
    ['WIF/GBP', 'WIFGBP', 'WIF/GBP'],
    ['BTC/USD:Binance', 'BTCUSD:BINANCE', 'BTC/USD:Binance'],
    ['ETH/BTC:Huobi', 'ETHBTC:HUOBI', 'ETH/BTC:Huobi'],
    ['W/USD', 'WUSD', 'W/USD'],
    ['S/JPY', 'SJPY', 'S/JPY'],
    ['AB/CDEFG', 'ABCDEFG', 'AB/CDEFG'],
    ['XAU/EUR', 'XAUEUR', 'XAU/EUR'],
    ['WTI/USD', 'WTIUSD', 'WTI/USD'],
    ['XBR/USD', 'XBRUSD', 'XBR/USD'],
    ['XCU/USD', 'XCUUSD', 'XCU/USD'],
    ['vod:lse', 'VOD:LSE', 'VOD:LSE'],
    ['7203:TSE', '7203:TSE', '7203:TSE'],
    ['TATAINR:NSE', 'TATAINR:NSE', 'TATAINR:NSE'],
    ['GDAXI', 'GDAXI', 'GDAXI'],
    ['BRK.B', 'BRK.B', 'BRK.B'],
  ])('is what %s was configured as, and its public form %s', (configured, symbol, asked) => {
    const { SYMBOLS } = parseConfig({ SYMBOLS: configured });
    expect(SYMBOLS).toEqual([symbol]);
    expect(toProviderSymbol(symbol)).toBe(asked);
  });

  it.each([
    ['USDINR', 'USD/INR'],
    ['USDKRW', 'USD/KRW'],
    ['ETHIDR', 'ETH/IDR'],
    ['POPCATGBP', 'POPCAT/GBP'],
    ['BTCUSD:KRAKEN', 'BTC/USD:KRAKEN'],
    ['XAGUSD', 'XAG/USD'],
    ['RELIANCE:NSE', 'RELIANCE:NSE'],
    ['RELIANCE', 'RELIANCE'],
    ['MARSHALL', 'MARSHALL'],
    ['GSPTSE', 'GSPTSE'],
    ['N225', 'N225'],
  ])('knows the form of %s without having seen a slash: %s', (symbol, asked) =>
    expect(toProviderSymbol(symbol)).toBe(asked),
  );

  it('keeps known names and the first spelling when a pair is written with its slash elsewhere', () => {
    expect(SymbolName.parse('EURC/HF')).toBe('EURCHF');
    expect(toProviderSymbol('EURCHF')).toBe('EUR/CHF');
    expect(SymbolName.parse('ZQ/XYZ')).toBe('ZQXYZ');
    expect(SymbolName.parse('ZQX/YZ')).toBe('ZQXYZ');
    expect(toProviderSymbol('ZQXYZ')).toBe('ZQ/XYZ');
  });
});
