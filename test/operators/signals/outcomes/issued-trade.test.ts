import { describe, expect, it } from 'vitest';
import { ghostTrade, isOnFeed, issuedTrade } from '../../../../operators/signals/outcomes/issued-trade.ts';
import type { Signal } from '../../../../schema/signal.ts';
import { decisionOf, minute } from '../signal-samples.ts';

const signalOf = (type: 'BUY' | 'SELL', change: Partial<Signal> = {}): Signal => ({
  ...decisionOf(type, 10 * minute),
  id: 'a',
  status: 'open',
  created_at: 10 * minute,
  expires_at: 99 * minute,
  horizon_bars: 24,
  outcome: null,
  deliveries: [],
  ...change,
});
const costOf = (price: number) => price / 1000;
const posted = { lineage: { version: 'test', source: 'posted', cost: 0.5 } };

describe('issuedTrade', () => {
  it('takes levels, times and cost of the signal', () => {
    const signal = signalOf('BUY', { lineage: { version: 'test', cost: 0.5 } });
    expect(issuedTrade(signal, costOf)).toEqual({
      id: 'a',
      direction: 1,
      entry: 100,
      tp: 103,
      sl: 98,
      from: 10 * minute,
      expiresAt: 99 * minute,
      cost: 0.5,
      best: 100,
      worst: 100,
      last: 100,
      lastHalfSpread: null,
      lastAt: 0,
      signal,
      posted: false,
      onFeed: true,
    });
    expect(issuedTrade(signalOf('SELL'), costOf)).toMatchObject({
      direction: -1,
      tp: 97,
      sl: 102,
      cost: 0.1,
    });
  });

  it('ends a posted one by the time of its candles, and does not know yet whether the feed is its market', () => {
    expect(issuedTrade(signalOf('BUY', posted), costOf)).toMatchObject({
      posted: true,
      onFeed: null,
      barsUntil: 34 * minute,
      expiresAt: 99 * minute,
    });
    const hourly = signalOf('BUY', { ...posted, timeframe: '1h' });
    expect(issuedTrade(hourly, costOf).barsUntil).toBe((10 + 24 * 60) * minute);
  });

  it('throws without levels', () => {
    for (const missing of [{ tp: null }, { sl: null }])
      expect(() => issuedTrade(signalOf('BUY', missing), costOf)).toThrow(RangeError);
  });

  it('is judged from its reversal on once it is reversed', () => {
    const outcome = { resolved_at: 12 * minute } as Signal['outcome'];
    expect(ghostTrade(signalOf('BUY', { outcome }), costOf).judgedFrom).toBe(12 * minute);
    expect(ghostTrade(signalOf('BUY'), costOf).judgedFrom).toBe(10 * minute);
    const early = { resolved_at: 9 * minute } as Signal['outcome'];
    expect(ghostTrade(signalOf('BUY', { outcome: early }), costOf).judgedFrom).toBe(10 * minute);
  });
});

describe('isOnFeed', () => {
  it.each([
    ['BUY', 98.01, true],
    ['BUY', 102.99, true],
    ['BUY', 98, false],
    ['BUY', 103, false],
    ['BUY', 5000, false],
    ['SELL', 97.01, true],
    ['SELL', 102, false],
    ['SELL', 97, false],
  ] as const)('a posted %s is by a first price of %d: %s', (type, price, expected) => {
    const trade = issuedTrade(signalOf(type, posted), costOf);
    expect(isOnFeed(trade, null)).toBe(false);
    expect(isOnFeed(trade, price)).toBe(expected);
    // The first price decides.
    expect(isOnFeed(trade, expected ? 5000 : 100)).toBe(expected);
    expect(isOnFeed(trade, null)).toBe(expected);
  });
});
