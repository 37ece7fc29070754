import { describe, expect, it } from 'vitest';
import { currenciesOf, instrumentOf } from '../../../schema/symbol/instrument.ts';
import { SymbolName } from '../../../schema/symbol/symbol.ts';

const of = (written: string, facts = {}) => instrumentOf(SymbolName.parse(written), facts);

describe('instrumentOf', () => {
  it.each([
    ['BTC/USD', 'crypto', 'crypto', 'list'],
    ['BTC/USD:Binance', 'crypto', 'crypto', 'list'],
    ['WIF/GBP', 'crypto', 'crypto', 'assumed'],
    ['USD/IDR', 'forex', 'forex', 'list'],
    ['USD/AED', 'forex', 'forex', 'list'],
    ['XAU/USD', 'metal', 'metal', 'list'],
    ['WTI/USD', 'commodity', 'commodity', 'list'],
    ['XBR/USD', 'commodity', 'commodity', 'list'],
    ['XCU/USD', 'commodity', 'commodity', 'list'],
    ['VOD:LSE', 'equity', 'london', 'symbol'],
    ['7203:TSE', 'equity', 'tokyo', 'symbol'],
    ['RELIANCE:NSE', 'equity', 'india', 'symbol'],
    ['RY:TSX', 'equity', 'toronto', 'symbol'],
    ['SAP:XETR', 'equity', 'xetra', 'symbol'],
    ['0700:HKEX', 'equity', 'hong_kong', 'symbol'],
    ['ASML:XAMS', 'equity', 'euronext', 'symbol'],
    ['GDAXI', 'equity', 'xetra', 'list'],
    ['N225', 'equity', 'tokyo', 'list'],
    ['AAPL', 'equity', 'new_york', 'assumed'],
    ['NESN:SIX', 'equity', 'unknown', 'symbol'],
  ])('takes %s for %s with the hours of %s while the provider is silent', (written, assetClass, market, by) =>
    expect(of(written)).toEqual({ assetClass, market, decidedBy: by }),
  );

  it.each([
    ['XCU/USD', { type: 'Digital Currency', exchange: 'Kraken' }, 'crypto', 'crypto'],
    ['WIF/GBP', { type: 'Physical Currency' }, 'forex', 'forex'],
    ['ABC/USD', { type: 'Commodity', exchange: 'COMMODITY' }, 'commodity', 'commodity'],
    ['ABC/USD', { type: 'Energy' }, 'commodity', 'commodity'],
    ['XAU/USD', { type: 'Physical Currency', exchange: 'PHYSICAL CURRENCY' }, 'metal', 'metal'],
    ['XAU/USD', { type: 'Commodity' }, 'metal', 'metal'],
    ['SAP', { type: 'Common Stock', exchange: 'XETR', country: 'Germany' }, 'equity', 'xetra'],
    ['SAP', { type: 'Common Stock', exchange: 'NYSE' }, 'equity', 'new_york'],
    ['CBA', { type: 'Common Stock', exchange: 'ASX', country: 'Australia' }, 'equity', 'unknown'],
    ['SPY', { type: 'ETF', exchange: 'Cboe BZX U.S.', country: 'United States' }, 'equity', 'new_york'],
    ['N225', { type: 'Index', exchange: 'JPX', micCode: 'XJPX' }, 'equity', 'tokyo'],
    ['MC', { type: 'Common Stock', exchange: 'Euronext', micCode: 'XPAR' }, 'equity', 'euronext'],
    ['EQNR', { type: 'Common Stock', exchange: 'Euronext', country: 'Norway' }, 'equity', 'unknown'],
    ['ALLUSD', { type: 'Common Stock', exchange: 'NASDAQ' }, 'equity', 'new_york'],
    ['WTI', { exchange: 'NYSE' }, 'equity', 'new_york'],
  ])('takes the word of the provider for %s, %o', (written, facts, assetClass, market) =>
    expect(of(written, facts)).toEqual({ assetClass, market, decidedBy: 'provider' }),
  );

  it('knows whose news moves a symbol', () => {
    expect(currenciesOf('USDIDR')).toEqual(['USD', 'IDR']);
    expect(currenciesOf('BTCUSD:BINANCE')).toEqual(['USD']);
    expect(currenciesOf('VOD:LSE')).toEqual(['GBP']);
    expect(currenciesOf('RY:TSX')).toEqual(['CAD']);
    expect(currenciesOf('N225')).toEqual(['JPY']);
    expect(currenciesOf('SAP', { exchange: 'XETR' })).toEqual(['EUR']);
    expect(currenciesOf('VOD', { exchange: 'LSE', currency: 'GBp' })).toEqual(['GBP']);
    expect(currenciesOf('AAPL')).toEqual(['USD']);
  });
});
