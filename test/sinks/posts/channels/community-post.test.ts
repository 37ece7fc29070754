import { assert, boolean, double, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { communityPost } from '../../../../sinks/posts/channels/community-post.ts';
import { mostRoundingShift, roundingShift } from '../../../../schema/symbol/price-decimals.ts';
import { mt5SafeText } from '../../../../sinks/posts/channels/mt5-safe-text.ts';
import { aSignal } from '../../../support/signals.ts';

describe('communityPost', () => {
  it('rounds prices to 5 decimals and confidence to 2', () => {
    const post = communityPost(
      aSignal({ symbol: 'EURUSD', entry: 1.0812345678, tp: 1.09, sl: 1.07000499, confidence: 0.5678 }),
    );
    expect(post).toMatchObject({ entry: 1.08123, tp: 1.09, sl: 1.07, confidence: 0.57 });
  });

  it.each([
    ['a price of 100000', { entry: 99_999, tp: 100_000, sl: 99_000 }, /tp 100000 does not fit/],
    ['one that rounds up to it', { entry: 99_000, tp: 99_999.999996, sl: 98_000 }, /does not fit/],
    ['a price that rounds to 0', { entry: 0.00001, tp: 0.00002, sl: 0.000001 }, /sl 0 is not above 0/],
    ['levels that fall together', { entry: 1.000001, tp: 1.000004, sl: 0.9 }, /out of order/],
    ['a symbol of 51 characters', { symbol: 'X'.repeat(51) }, /50 characters/],
    ['a WAIT', { signal_type: 'WAIT' as const }, /only BUY and SELL/],
  ])('refuses %s with the reason', (_name, over, reason) => {
    expect(communityPost(aSignal(over))).toMatch(reason);
  });

  it('refuses what rounding would turn into another trade, and shows both', () => {
    const cheap = { entry: 0.00499523, tp: 0.00501335, sl: 0.0049823 };
    expect(communityPost(aSignal(cheap))).toBe(
      'with 5 decimals it would be another trade: risk 0.0000129 and reward per risk 1.40 would become risk 0.00002 and reward per risk 0.50; COMMUNITY_DECIMALS says how many the platform takes',
    );
    expect(communityPost(aSignal(cheap), 8)).toMatchObject(cheap);
    // The ratio stays 2, the risk does not stay 0.0000140: followers would lose a third less, or more, than it says.
    const scaled = { entry: 0.5, tp: 0.500028, sl: 0.499986 };
    expect(communityPost(aSignal(scaled))).toMatch(/another trade/);
    expect(communityPost(aSignal({ entry: 158.704, tp: 159.2, sl: 158.4 }), 3)).toMatchObject({ sl: 158.4 });
    expect(communityPost(aSignal({ entry: 158.704, tp: 158.904, sl: 158.564 }), 1)).toMatch(/another trade/);
  });

  it('keeps the order of the levels for SELL, and refuses the wrong one', () => {
    const sell = { signal_type: 'SELL', signal: 'SELL', entry: 100, tp: 90, sl: 105 } as const;
    expect(communityPost(aSignal(sell))).toMatchObject({ action: 'SELL', tp: 90, sl: 105 });
    expect(communityPost(aSignal({ ...sell, tp: 110 }))).toMatch(/out of order/);
  });

  it('posts nothing that the platform cannot take, whatever the numbers', () => {
    const price = double({ min: 1e-7, max: 200_000, noNaN: true });
    assert(
      property(price, price, price, boolean(), (entry, tp, sl, buy) => {
        const post = communityPost(aSignal({ entry, tp, sl, signal_type: buy ? 'BUY' : 'SELL' }));
        if (typeof post === 'string') return;
        for (const value of [post.entry, post.tp, post.sl]) {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThan(100_000);
          expect(Number(value.toFixed(5))).toBe(value);
        }
        expect(roundingShift({ entry, tp, sl }, 5)).toBeLessThanOrEqual(mostRoundingShift);
        expect(buy ? post.tp > post.entry : post.tp < post.entry).toBe(true);
        expect(buy ? post.sl < post.entry : post.sl > post.entry).toBe(true);
      }),
    );
  });
});

describe('mt5SafeText', () => {
  it('holds nothing that the MT5 side breaks on, and is bounded', () => {
    assert(
      property(string({ unit: 'binary', maxLength: 900 }), (text) => {
        const plain = mt5SafeText(text, 500);
        expect(plain).not.toMatch(/[{}"\\\n\r\t\0]/);
        expect(plain.length).toBeLessThanOrEqual(500);
      }),
    );
    expect(mt5SafeText('{"a": "b"}\n  ok', 500)).toBe('a : b ok');
  });
});
