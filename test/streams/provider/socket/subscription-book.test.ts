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

  it('requests each symbol once, and all of them again on a new socket', () => {
    const book = open('BTCUSD', 'AAPL');
    expect(book.takeChanges(0)).toEqual({ add: ['BTC/USD', 'AAPL'], remove: [] });
    expect(book.takeChanges(1)).toEqual({ add: [], remove: [] });
    book.want(new Set(['AAPL', 'EURUSD']));
    expect(book.takeChanges(2)).toEqual({ add: ['EUR/USD'], remove: ['BTC/USD'] });
    book.restart();
    expect(book.takeChanges(3)).toEqual({ add: ['AAPL', 'EUR/USD'], remove: [] });
  });

  it('maps a bare ticker to the symbol with an exchange too, unless the bare one is wanted itself', () => {
    const book = open('RY:TSX');
    expect(book.publicName('RY')).toBe('RY:TSX');
    expect(book.publicName('RY:TSX')).toBe('RY:TSX');
    book.want(new Set(['RY', 'RY:TSX']));
    expect(book.publicName('RY')).toBe('RY');
    expect(book.publicName('MSFT')).toBeUndefined();
  });

  it('assigns a price of a ticker with several listings to the one at its exchange, and to none where it states none', () => {
    const book = open('RY', 'RY:TSX');
    expect(book.ofPrice({ symbol: 'RY', exchange: 'NYSE' })).toBe('RY');
    expect(book.ofPrice({ symbol: 'RY', exchange: 'TSX' })).toBe('RY:TSX');
    expect(book.ofPrice({ symbol: 'RY', micCode: 'XTSE' })).toBe('RY:TSX');
    expect(book.ofPrice({ symbol: 'RY', exchange: 'Toronto', micCode: 'XTSE' })).toBe('RY:TSX');
    expect(book.ofPrice({ symbol: 'RY', currency: 'CAD' })).toBe('RY:TSX');
    expect(book.ofPrice({ symbol: 'RY', currency: 'USD' })).toBe('RY');
    expect(book.ofPrice({ symbol: 'RY:TSX' })).toBe('RY:TSX');
    expect(book.ofPrice({ symbol: 'RY' })).toBeUndefined();
    expect(book.candidates('RY')).toEqual(['RY', 'RY:TSX']);
  });

  it('accepts no price of another exchange than the requested one, or the one the provider chose', () => {
    expect(open('RY:TSX').ofPrice({ symbol: 'RY', exchange: 'NYSE' })).toBeUndefined();
    expect(open('RY:TSX').ofPrice({ symbol: 'RY' })).toBe('RY:TSX');
    expect(open('MC:Euronext').ofPrice({ symbol: 'MC', exchange: 'Euronext', micCode: 'XPAR' })).toBe(
      'MC:Euronext',
    );
    const book = createSubscriptionBook({
      retryRefusedMs: 1,
      factsOf: (symbol) => (symbol === 'RY' ? { exchange: 'NYSE' } : {}),
    });
    book.want(new Set(['RY', 'RY:TSX']));
    expect(book.ofPrice({ symbol: 'RY', exchange: 'NEO' })).toBeUndefined();
    const pairs = open('BTCUSD', 'BTCUSD:BINANCE');
    expect(pairs.ofPrice({ symbol: 'BTC/USD', exchange: 'Coinbase Pro' })).toBe('BTCUSD');
    expect(pairs.ofPrice({ symbol: 'BTC/USD', exchange: 'Binance' })).toBe('BTCUSD:BINANCE');
  });

  it('does not assign a late price of an unsubscribed listing to the other one', () => {
    const book = open('RY', 'RY:TSX');
    book.takeChanges(0);
    book.want(new Set(['RY']));
    expect(book.takeChanges(1).remove).toEqual(['RY:TSX']);
    expect(book.ofPrice({ symbol: 'RY', exchange: 'TSX' })).toBeUndefined();
    expect(book.ofPrice({ symbol: 'RY', exchange: 'NYSE' })).toBe('RY');
    book.restart();
    expect(book.ofPrice({ symbol: 'RY' })).toBe('RY');
  });

  it('assigns answers without an exchange to the first of several listings that has none yet', () => {
    const book = open('RY:TSX', 'RY');
    book.takeChanges(0);
    const answer = () => {
      const symbol = book.ofAnswer({ symbol: 'RY' })!;
      book.accept(symbol);
      return symbol;
    };
    expect([answer(), answer()]).toEqual(['RY', 'RY:TSX']);
    const other = open('RY', 'RY:TSX');
    other.takeChanges(0);
    expect(other.ofAnswer({ symbol: 'RY', exchange: 'TSX' })).toBe('RY:TSX');
    expect(other.ofAnswer({ symbol: 'RY', exchange: 'NYSE' })).toBe('RY');
  });

  it('forgets the state of a symbol that is no longer wanted', () => {
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

  it('waits for a new answer about a symbol that is wanted again before it was unsubscribed', () => {
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

  it('accepts a price of such a symbol as that answer', () => {
    const book = open('BTCUSD');
    book.takeChanges(0);
    book.accept('BTCUSD');
    book.want(new Set());
    book.want(new Set(['BTCUSD']));
    expect(book.accept('BTCUSD')).toBe(true);
    expect(book.takeChanges(1)).toEqual({ add: [], remove: [] });
  });

  it('asks for a refused symbol again only after its time, or on the socket after a price of it', () => {
    const book = open('AAPL', 'MSFT');
    book.takeChanges(0);
    book.refuse('AAPL', 'unknown', 1000);
    book.accept('MSFT');
    expect(book.expected()).toEqual(['MSFT']);
    expect(book.takeChanges(1000 + 15 * minutes - 1).add).toEqual([]);
    expect(book.takeChanges(1000 + 15 * minutes).add).toEqual(['AAPL']);
    expect(book.refused()).toEqual([{ symbol: 'AAPL', reason: 'unknown' }]);
    expect(book.refuse('AAPL', 'not in your plan', 20 * minutes)).toBe(true);
    book.restart();
    expect(book.takeChanges(21 * minutes).add).toEqual(['MSFT']);
  });

  it('takes a price of a refused symbol as a sign that it is sent after all', () => {
    const book = open('AAPL');
    book.takeChanges(0);
    book.refuse('AAPL', 'unknown', 0);
    book.takeChanges(15 * minutes);
    expect(book.ofPrice({ symbol: 'AAPL' })).toBe('AAPL');
    expect(book.accept('AAPL')).toBe(true);
    expect(book.refused()).toEqual([]);
    expect(book.isAccepted('AAPL')).toBe(true);
    expect(book.accept('AAPL')).toBe(false);
    // Refused by this socket, and sent by it: there is nothing to wait for.
    book.refuse('AAPL', 'unknown', 16 * minutes);
    expect(book.accept('AAPL')).toBe(false);
    expect(book.refused()).toEqual([]);
    expect(book.takeChanges(16 * minutes).add).toEqual(['AAPL']);
  });

  it('reports each unanswered symbol once', () => {
    const book = open('AAPL', 'MSFT');
    book.takeChanges(5);
    book.accept('MSFT');
    expect(book.overdue(4)).toEqual([]);
    expect(book.overdue(5)).toEqual(['AAPL']);
    expect(book.overdue(6)).toEqual([]);
  });
});
