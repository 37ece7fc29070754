import { describe, expect, it } from 'vitest';
import { createMinuteLedger, restoreMinutes } from '../../../../operators/candles/minutes/minute-ledger.ts';
import { candleAt, minute } from '../../signals/signal-samples.ts';

const closed = (i: number, late = 0) => ({
  candle: candleAt(i * minute, 100 + i),
  firstTick: i * minute,
  lastTick: i * minute + 1,
  late,
});

describe('createMinuteLedger', () => {
  it('knows the state and the revision of a minute, by any instant in it, and nothing of others', () => {
    const ledger = createMinuteLedger(5);
    ledger.set(7 * minute, 'complete', 2);
    expect([ledger.stateOf(7 * minute), ledger.revisionOf(7 * minute)]).toEqual(['complete', 2]);
    expect(ledger.stateOf(8 * minute - 1)).toBe('complete');
    expect([ledger.stateOf(8 * minute), ledger.revisionOf(8 * minute)]).toEqual(['unknown', -1]);
    // In the same slot, before and after.
    for (const other of [2, 12]) {
      expect(ledger.stateOf(other * minute)).toBe('unknown');
      expect(ledger.revisionOf(other * minute)).toBe(-1);
    }
  });

  it('keeps the revision of a minute whose state alone changes, and lets a new one begin without', () => {
    const ledger = createMinuteLedger(5);
    ledger.set(7 * minute, 'complete', 3);
    ledger.set(7 * minute, 'incomplete');
    expect([ledger.stateOf(7 * minute), ledger.revisionOf(7 * minute)]).toEqual(['incomplete', 3]);
    ledger.set(12 * minute, 'quiet');
    expect([ledger.stateOf(12 * minute), ledger.revisionOf(12 * minute)]).toEqual(['quiet', -1]);
  });

  it('keeps the last ones of its capacity: an older minute takes nothing from a newer', () => {
    const ledger = createMinuteLedger(5);
    ledger.set(12 * minute, 'rest', 1);
    ledger.set(7 * minute, 'complete', 4);
    expect([ledger.stateOf(7 * minute), ledger.stateOf(12 * minute)]).toEqual(['unknown', 'rest']);
    expect(ledger.revisionOf(12 * minute)).toBe(1);
    expect(ledger.capacity).toBe(5);
  });

  it('counts revisions up to what its field holds, and stays there', () => {
    const ledger = createMinuteLedger(5);
    ledger.set(minute, 'complete', 32_767);
    expect(ledger.revisionOf(minute)).toBe(32_767);
    ledger.set(minute, 'complete', 40_000);
    expect(ledger.revisionOf(minute)).toBe(32_767);
  });

  it('finds the first minute that is not complete', () => {
    const ledger = createMinuteLedger(10);
    ledger.set(3 * minute, 'complete');
    ledger.set(4 * minute, 'complete');
    ledger.set(5 * minute, 'incomplete');
    expect(ledger.firstMissing(3 * minute, 9 * minute)).toBe(5 * minute);
    expect(ledger.firstMissing(3 * minute, 4 * minute)).toBe(4 * minute);
    expect(ledger.firstMissing(3 * minute, 3 * minute)).toBe(3 * minute);
    expect(ledger.firstMissing(2 * minute, 9 * minute)).toBe(2 * minute);
  });

  it('has the last eight candles at hand, whichever order they come in', () => {
    const ledger = createMinuteLedger(300);
    for (let i = 1; i <= 9; i++) ledger.remember(closed(i));
    expect(ledger.recent(minute)).toBeUndefined();
    expect(ledger.recent(2 * minute)).toMatchObject({ candle: { close: 102 } });
    expect(ledger.recent(9 * minute)).toMatchObject({ candle: { close: 109 } });
    ledger.remember(closed(1));
    expect(ledger.recent(9 * minute)).toMatchObject({ candle: { close: 109 } });
    const again = closed(9, 4);
    ledger.remember(again);
    expect(ledger.recent(9 * minute)).toBe(again);
  });

  it('lists those with late ticks', () => {
    const ledger = createMinuteLedger(300);
    const late = closed(2, 1);
    for (const one of [closed(1), late, closed(3)]) ledger.remember(one);
    expect(ledger.withLate()).toEqual([late]);
  });
});

describe('restoreMinutes', () => {
  it('restores state and revision of stored minutes, with the candles of those that are decided', () => {
    const ledger = createMinuteLedger(300);
    const stored = [
      candleAt(minute, 101, { revision: 2 }),
      candleAt(2 * minute, 102, { complete: false }),
      candleAt(3 * minute, 103),
    ];
    restoreMinutes(ledger, stored, 3 * minute);
    expect([1, 2, 3, 4].map((i) => ledger.stateOf(i * minute))).toEqual([
      'complete',
      'incomplete',
      'complete',
      'unknown',
    ]);
    expect([1, 2].map((i) => ledger.revisionOf(i * minute))).toEqual([2, 0]);
    // It closes when the minute does, which is not decided yet.
    expect(ledger.recent(3 * minute)).toBeUndefined();
    expect(ledger.recent(2 * minute)).toEqual({
      candle: stored[1],
      firstTick: 2 * minute,
      lastTick: 3 * minute,
      late: 0,
    });
    expect(ledger.withLate()).toEqual([]);
  });
});
