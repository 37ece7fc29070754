import { describe, expect, it } from 'vitest';
import { toProviderSymbol } from '../../../../streams/provider/provider-symbol.ts';
import { createSubscriptionBook } from '../../../../streams/provider/socket/subscription-book.ts';

describe('toProviderSymbol', () => {
  it.each([
    ['BTCUSD', 'BTC/USD'],
    ['EURUSD', 'EUR/USD'],
    ['XAUUSD', 'XAU/USD'],
    ['DOGEUSDT', 'DOGE/USDT'],
    ['JUPUSD', 'JUP/USD'],
    ['WIFUSDT', 'WIF/USDT'],
    ['1INCHEUR', '1INCH/EUR'],
    ['AAPL', 'AAPL'],
    ['GOOGL', 'GOOGL'],
    ['MUSD', 'MUSD'],
    ['RY:TSX', 'RY:TSX'],
  ])('writes %s as %s', (symbol, provider) => expect(toProviderSymbol(symbol)).toBe(provider));
});

describe('createSubscriptionBook', () => {
  const minutes = 60_000;
  const open = (...symbols: string[]) => {
    const book = createSubscriptionBook({ retryRefusedMs: 15 * minutes });
    book.want(new Set(symbols));
    return book;
  };

  it('asks for each symbol once, and for all of them again on a new socket', () => {
    const book = open('BTCUSD', 'AAPL');
    expect(book.takeChanges(0)).toEqual({ add: ['BTC/USD', 'AAPL'], remove: [] });
    expect(book.takeChanges(1)).toEqual({ add: [], remove: [] });
    book.want(new Set(['AAPL', 'EURUSD']));
    expect(book.takeChanges(2)).toEqual({ add: ['EUR/USD'], remove: ['BTC/USD'] });
    book.restart();
    expect(book.takeChanges(3)).toEqual({ add: ['AAPL', 'EUR/USD'], remove: [] });
  });

  it('knows a symbol asked for by exchange under its bare name too, unless the bare one is wanted itself', () => {
    const book = open('RY:TSX');
    expect(book.publicName('RY')).toBe('RY:TSX');
    expect(book.publicName('RY:TSX')).toBe('RY:TSX');
    book.want(new Set(['RY', 'RY:TSX']));
    expect(book.publicName('RY')).toBe('RY');
    expect(book.publicName('MSFT')).toBeUndefined();
  });

  it('forgets all it knew of a symbol that is no longer wanted', () => {
    const book = open('NOSUCH');
    book.takeChanges(0);
    expect(book.refuse('NOSUCH', 'unknown', 0)).toBe(true);
    expect(book.refuse('NOSUCH', 'unknown', 1)).toBe(false);
    expect(book.refused()).toEqual([{ symbol: 'NOSUCH', reason: 'unknown' }]);
    book.want(new Set());
    expect(book.refused()).toEqual([]);
    expect(book.publicName('NOSUCH')).toBeUndefined();
    book.want(new Set(['NOSUCH']));
    expect(book.takeChanges(2).add).toEqual(['NOSUCH']);
  });

  it('waits for a new word on a symbol that left and is wanted again before the provider was told', () => {
    const book = open('BTCUSD', 'AAPL');
    book.takeChanges(0);
    book.accept('BTCUSD');
    book.accept('AAPL');
    book.want(new Set(['AAPL']));
    book.want(new Set(['AAPL', 'BTCUSD']));
    expect([book.isAccepted('BTCUSD'), book.isAccepted('AAPL')]).toEqual([false, true]);
    expect(book.takeChanges(1)).toEqual({ add: ['BTC/USD'], remove: ['BTC/USD'] });
    expect(book.overdue(1)).toEqual(['BTCUSD']);
  });

  it('takes a price of such a symbol for that word', () => {
    const book = open('BTCUSD');
    book.takeChanges(0);
    book.accept('BTCUSD');
    book.want(new Set());
    book.want(new Set(['BTCUSD']));
    expect(book.accept('BTCUSD')).toBe(true);
    expect(book.takeChanges(1)).toEqual({ add: [], remove: [] });
  });
});
