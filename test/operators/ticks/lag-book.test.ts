import { describe, expect, it } from 'vitest';
import { createLagBook } from '../../../operators/ticks/lag-book.ts';

const tick = (symbol: string, eventTime: number, lag: number) => ({
  symbol,
  price: 1,
  eventTime,
  receivedTime: eventTime + lag,
});

/** A book that has seen 20 ticks of each symbol with one lag, ms. */
function observed(lags: Record<string, number>) {
  const book = createLagBook();
  for (let i = 0; i < 21; i++)
    for (const [symbol, lag] of Object.entries(lags)) book.observe(tick(symbol, 1_000_000 + i * 1_000, lag));
  return book;
}

describe('createLagBook', () => {
  it('measures each symbol by its own ticks', () => {
    const book = observed({ BTCUSD: 300, AAPL: 1_500 });
    expect(book.entries().map(([symbol, lag]) => [symbol, lag.lag()])).toEqual([
      ['BTCUSD', 300],
      ['AAPL', 1_500],
    ]);
    expect(book.of('EURUSD').lag()).toBe(0);
  });

  it('takes our clock to be as far behind as the symbol that shows it most', () => {
    expect(observed({ BTCUSD: -200, AAPL: -900 }).offset()).toBe(900);
    expect(observed({ BTCUSD: 200 }).offset()).toBe(0);
    expect(createLagBook().offset()).toBe(0);
  });

  it('does not measure the first tick of any symbol after a gap', () => {
    const book = observed({ BTCUSD: 300, AAPL: 300 });
    book.gap();
    for (const symbol of ['BTCUSD', 'AAPL']) {
      book.observe(tick(symbol, 2_000_000, 20_000));
      expect(book.of(symbol).lag()).toBe(300);
      book.observe(tick(symbol, 2_001_000, 20_000));
      expect(book.of(symbol).lag()).toBe(20_000);
    }
  });

  it('forgets one symbol, or all', () => {
    const book = observed({ BTCUSD: 300, AAPL: 300 });
    book.forget('BTCUSD');
    expect(book.entries().map(([symbol]) => symbol)).toEqual(['AAPL']);
    book.clear();
    expect(book.entries()).toEqual([]);
  });
});
