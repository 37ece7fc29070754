import { describe, expect, it } from 'vitest';
import { createSpreadBook } from '../../../operators/ticks/spread-book.ts';

const tick = (bid: number | undefined, ask: number | undefined, symbol = 'EURUSD') => ({
  symbol,
  price: 1,
  eventTime: 0,
  receivedTime: 0,
  ...(bid === undefined ? {} : { bid }),
  ...(ask === undefined ? {} : { ask }),
});
/** `bps` of a middle price of 100. */
const spreadOf = (bps: number) => tick(100 - bps / 200, 100 + bps / 200);

describe('createSpreadBook', () => {
  it('gives the median spread in basis points of the middle price', () => {
    const book = createSpreadBook();
    for (let bps = 1; bps <= 31; bps++) book.observe(spreadOf(bps));
    expect(book.medianBps('EURUSD')).toBeCloseTo(16, 9);
  });

  it('gives nothing for too few', () => {
    const book = createSpreadBook();
    for (let i = 0; i < 15; i++) book.observe(spreadOf(2));
    expect(book.medianBps('EURUSD')).toBeUndefined();
    book.observe(spreadOf(2));
    expect(book.medianBps('EURUSD')).toBeCloseTo(2, 9);
    expect(book.medianBps('XAUUSD')).toBeUndefined();
  });

  it('remembers the last 128, so that a wide night does not price the day', () => {
    const book = createSpreadBook();
    for (let i = 0; i < 1_000; i++) book.observe(spreadOf(50));
    for (let i = 0; i < 128; i++) book.observe(spreadOf(3));
    expect(book.medianBps('EURUSD')).toBeCloseTo(3, 9);
  });

  it('passes over ticks that lack a side, or whose sides cross', () => {
    const book = createSpreadBook();
    for (let i = 0; i < 20; i++)
      for (const bad of [tick(1, undefined), tick(undefined, 1), tick(2, 1), tick(0, 1), tick(-1, 1)])
        book.observe(bad);
    expect(book.medianBps('EURUSD')).toBeUndefined();
    for (let i = 0; i < 20; i++) book.observe(tick(1, 1));
    expect(book.medianBps('EURUSD')).toBe(0);
  });

  it('keeps symbols apart and forgets them', () => {
    const book = createSpreadBook();
    for (let i = 0; i < 20; i++) book.observe(spreadOf(4));
    for (let i = 0; i < 20; i++) book.observe({ ...spreadOf(8), symbol: 'XAUUSD' });
    book.forget('EURUSD');
    expect(book.medianBps('EURUSD')).toBeUndefined();
    expect(book.medianBps('XAUUSD')).toBeCloseTo(8, 9);
  });
});
