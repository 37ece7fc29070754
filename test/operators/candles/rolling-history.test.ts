import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollingHistory } from '../../../operators/candles/rolling-history.ts';
import type { Candle } from '../../../schema/candle.ts';

const minute = 60_000;

function candle(index: number, extra: Partial<Candle> = {}): Candle {
  return {
    symbol: 'EURUSD',
    timeframe: '5min',
    openTime: index * 5 * minute,
    closeTime: (index + 1) * 5 * minute,
    open: index + 1,
    high: index + 3,
    low: index + 0.5,
    close: index + 2,
    volume: 7,
    volumeKind: 'ticks',
    ticks: 7,
    complete: true,
    source: 'ticks',
    lateTicks: 1,
    longestSilenceMs: 12_345,
    revision: 0,
    ...extra,
  };
}

const opens = (history: RollingHistory) => history.candles().map(({ openTime }) => openTime / (5 * minute));

describe('RollingHistory', () => {
  it('gives back what it was given, with all of its provenance', () => {
    const history = new RollingHistory('EURUSD', '5min', 4);
    const odd = candle(1, { complete: false, source: 'posted', volumeKind: 'mixed', revision: 3 });
    history.push(candle(0));
    history.push(odd);
    expect(history.candles()).toEqual([candle(0), odd]);
    expect(history.candles(1)).toEqual([odd]);
  });

  it('keeps the last ones, in order, each once, whatever order they come in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { maxLength: 120 }),
        fc.integer({ min: 1, max: 12 }),
        (indexes, capacity) => {
          const history = new RollingHistory('EURUSD', '5min', capacity);
          history.merge(indexes.map((index) => candle(index)));
          const all = [...new Set(indexes)].sort((a, b) => a - b);
          const kept = opens(history);
          expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
          expect(kept.length).toBe(Math.min(capacity, all.length));
          // What was dropped for newer ones may come again; the newest are always there.
          expect(kept.at(-1)).toBe(all.at(-1));
          expect(kept).toEqual(all.slice(all.length - kept.length));
          expect(history.candles()).toEqual(kept.map((index) => candle(index)));
          expect([...history.columns().close]).toEqual(kept.map((index) => index + 2));
        },
      ),
    );
  });

  it('takes a higher revision in place of a lower, and never the other way', () => {
    const history = new RollingHistory('EURUSD', '5min', 4);
    history.merge([candle(0), candle(1), candle(2)]);
    expect(history.push(candle(1, { close: 99, revision: 1 }))).toBe(true);
    expect(history.push(candle(1, { close: 1 }))).toBe(false);
    expect(history.candles()[1]).toMatchObject({ close: 99, revision: 1 });
    expect(opens(history)).toEqual([0, 1, 2]);
  });

  it('keeps a whole candle against one of the same revision that is not', () => {
    const history = new RollingHistory('EURUSD', '5min', 4);
    history.push(candle(0, { close: 5, source: 'rest' }));
    expect(history.push(candle(0, { close: 7, complete: false }))).toBe(false);
    expect(history.candles()[0]).toMatchObject({ close: 5, complete: true });
    expect(history.push(candle(0, { close: 7, complete: false, revision: 1 }))).toBe(true);
  });

  it('gives copies, and one kind of volume or none', () => {
    const history = new RollingHistory('EURUSD', '5min', 3);
    history.merge([candle(0, { volumeKind: 'traded' }), candle(1), candle(2), candle(3)]);
    const columns = history.columns();
    expect(columns.volumeKind).toBe('ticks');
    expect([...columns.time]).toEqual([1, 2, 3].map((index) => index * 5 * minute));
    columns.close.fill(0);
    expect(history.candles()[0]!.close).toBe(3);
    history.push(candle(4, { volumeKind: 'traded' }));
    expect(history.columns().volumeKind).toBe('mixed');
    expect(history.columns(1).volumeKind).toBe('traded');
  });
});
