import { describe, expect, it } from 'vitest';
import { settlementOf } from '../../../sinks/posts/settlement-of.ts';

const at = { idempotent: false, expiresAt: 100_000, backoffMs: 2_000, now: 10_000, timeOfDay: 50_000 };

describe('settlementOf', () => {
  it('ends a post that was taken, or never will be', () => {
    const remoteId = '17';
    expect(settlementOf({ kind: 'delivered', answer: '200', remoteId }, at)).toEqual({
      state: 'delivered',
      answer: '200',
      remoteId,
    });
    expect(settlementOf({ kind: 'final', answer: '400' }, at)).toEqual({ state: 'failed', answer: '400' });
  });

  it('parks an ambiguous post, unless the channel drops duplicates', () => {
    const lost = { kind: 'ambiguous', answer: 'ETIMEDOUT' } as const;
    expect(settlementOf(lost, at)).toEqual({ state: 'parked', answer: 'ETIMEDOUT' });
    expect(settlementOf(lost, { ...at, idempotent: true })).toEqual({
      state: 'queued',
      answer: 'ETIMEDOUT',
      nextAttemptAt: 52_000,
      maybeStored: true,
    });
  });

  it.each([
    ['after the backoff', undefined, 100_000, 52_000],
    ['not before the other side allows it', 7_000, 100_000, 57_000],
    ['not before the backoff, whatever the other side allows', 1, 100_000, 52_000],
    ['at its expiry, where that comes first', 7_000, 11_000, 51_005],
    ['at once, where it has expired', 7_000, 9_000, 50_005],
  ])('repeats a post that was surely not taken %s', (_when, afterMs, expiresAt, nextAttemptAt) => {
    expect(settlementOf({ kind: 'retry', answer: '429', afterMs }, { ...at, expiresAt })).toEqual({
      state: 'queued',
      answer: '429',
      nextAttemptAt,
      maybeStored: false,
    });
  });
});
