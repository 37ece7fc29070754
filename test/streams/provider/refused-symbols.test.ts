import { describe, expect, it } from 'vitest';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
import { createRefusedSymbols } from '../../../streams/provider/refused-symbols.ts';

describe('createRefusedSymbols', () => {
  it('remembers a refusal for the given time', () => {
    const { clock, advance } = createFeedClock(0);
    const refused = createRefusedSymbols(clock, 1_000);
    expect(refused.has('A')).toBe(false);
    refused.add('A');
    advance(999);
    expect(refused.has('A')).toBe(true);
    advance(1_000);
    expect(refused.has('A')).toBe(false);
  });

  it('forgets the oldest of more than 1,000', () => {
    const refused = createRefusedSymbols(createFeedClock(0).clock, 1_000);
    for (let i = 0; i <= 1_000; i++) refused.add(`S${i}`);
    expect(['S0', 'S1', 'S1000'].map(refused.has)).toEqual([false, true, true]);
  });
});
