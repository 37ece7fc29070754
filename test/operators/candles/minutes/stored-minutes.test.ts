import { describe, expect, it } from 'vitest';
import { stretchesOf } from '../../../../operators/candles/minutes/stored-minutes.ts';
import { candleAt, minute } from '../../signals/signal-samples.ts';

const at = (i: number, complete = true) => candleAt(i * minute, 100 + i, { complete });
const shown = (minutes: Parameters<typeof stretchesOf>[0]) =>
  stretchesOf(minutes).map(({ from, to, bars }) => [
    from / minute,
    to / minute,
    bars.map(({ openTime }) => openTime / minute),
  ]);

describe('stretchesOf', () => {
  it('covers all up to the last minute, however few of them traded', () => {
    expect(shown([])).toEqual([]);
    expect(shown([at(3), at(7)])).toEqual([[0, 8, [3, 7]]]);
  });

  it('ends a stretch at a minute that was not whole, and begins the next after it', () => {
    expect(shown([at(3), at(4), at(5, false), at(6), at(9)])).toEqual([
      [0, 5, [3, 4]],
      [6, 10, [6, 9]],
    ]);
  });

  it('knows nothing after a last minute that was not whole', () => {
    expect(shown([at(3), at(4, false)])).toEqual([[0, 4, [3]]]);
    expect(shown([at(3, false), at(4, false)])).toEqual([
      [0, 3, []],
      [4, 4, []],
    ]);
  });
});
