import { describe, expect, it } from 'vitest';
import { firstToUpdate } from '../../web/src/chart/first-to-update.ts';
import type { Bar } from '../../web/src/state/chart/candles.ts';

const bar = (time: number, close = 1): Bar => ({
  time,
  open: 1,
  high: 9,
  low: 1,
  close,
  volume: 1,
  complete: true,
  closed: true,
});

describe('firstToUpdate', () => {
  const [a, b, c] = [bar(60), bar(120), bar(180)];
  it.each([
    ['nothing', [a, b, c], 3],
    ['the last bar has changed', [a, b, bar(180, 2)], 2],
    ['one came behind it', [a, b, c, bar(240)], 3],
    ['it has changed and one came behind it', [a, b, bar(180, 2), bar(240)], 2],
  ])('is the first one that changed: %s', (_, after, from) => {
    expect(firstToUpdate([a, b, c], after)).toBe(from);
  });

  it.each([
    ['an earlier bar has changed', [a, bar(120, 2), c]],
    ['one came in front', [bar(0), a, b, c]],
    ['one came before the last', [a, b, bar(150), c]],
    ['the last one has gone', [a, b]],
    ['the last one begins earlier', [a, b, bar(150)]],
    ['the last one begins later', [a, b, bar(240)]],
    ['all have gone', []],
    ['another chart', [bar(1), bar(2), bar(3)]],
  ])('is 0 where all is drawn anew: %s', (_, after) => {
    expect(firstToUpdate([a, b, c], after)).toBe(0);
  });

  it('is 0 where there were no bars', () => expect(firstToUpdate([], [a, b])).toBe(0));
});
