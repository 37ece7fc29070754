import { describe, expect, it } from 'vitest';
import { staleEntry } from '../../../sinks/posts/stale-entry.ts';
import { aSignal } from '../../support/signals.ts';

const buy = aSignal({ entry: 100, tp: 110, sl: 95 });
const sell = aSignal({ signal: 'SELL', signal_type: 'SELL', entry: 100, tp: 90, sl: 105 });

describe('staleEntry', () => {
  it.each([
    [buy, 100],
    [buy, 105],
    [buy, 97.5],
    [sell, 95],
    [sell, 102.5],
  ])('lets a signal go whose entry is within reach', (signal, price) => {
    expect(staleEntry(signal, price)).toBeUndefined();
  });

  it.each([
    [buy, 110, /at TP/],
    [buy, 95, /at SL/],
    [buy, 105.1, /out of reach.*TP/],
    [buy, 97.4, /out of reach.*SL/],
    [sell, 90, /at TP/],
    [sell, 105, /at SL/],
    [sell, 94.9, /out of reach.*TP/],
    [sell, 102.6, /out of reach.*SL/],
  ])('holds one back that is not worth sending any more', (signal, price, reason) => {
    expect(staleEntry(signal, price)).toMatch(reason);
  });

  it('holds no live price against candles that were posted', () => {
    const posted = aSignal({ entry: 100, tp: 110, sl: 95, lineage: { source: 'posted' } });
    expect(staleEntry(posted, 58_000)).toBeUndefined();
  });

  it('sends where no price is known, and what has no levels to be held against', () => {
    expect(staleEntry(buy, undefined)).toBeUndefined();
    for (const without of [{ tp: null }, { sl: null }, { signal_type: 'WAIT' }] as const)
      expect(staleEntry(aSignal({ entry: 100, tp: 110, sl: 95, ...without }), 200)).toBeUndefined();
  });
});
