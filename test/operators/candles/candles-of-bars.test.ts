import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { candlesOfBars } from '../../../operators/candles/candles-of-bars.ts';
import type { Bar } from '../../../schema/candle.ts';

const hour = 3_600_000;
const utc = (timeframe: '1h' | '4h') => ({
  symbol: 'EURUSD',
  timeframe,
  grid: windowGrid(timeframe, { alignment: 'utc', assetClass: 'forex' }),
});
const bar = (openTime: number, [open, high, low, close]: number[], volume?: number): Bar => ({
  openTime,
  open: open!,
  high: high!,
  low: low!,
  close: close!,
  ...(volume === undefined ? {} : { volume }),
});

describe('candlesOfBars', () => {
  it('takes a bar of the same length as it is', () => {
    expect(candlesOfBars([bar(hour, [1, 4, 0.5, 2], 7)], utc('1h'))).toEqual([
      {
        symbol: 'EURUSD',
        timeframe: '1h',
        openTime: hour,
        closeTime: 2 * hour,
        open: 1,
        high: 4,
        low: 0.5,
        close: 2,
        volume: 7,
        volumeKind: 'traded',
        ticks: 0,
        complete: true,
        source: 'rest',
        lateTicks: 0,
        longestSilenceMs: 0,
        revision: 0,
      },
    ]);
  });

  it('folds shorter bars into the windows of the grid, holes and all', () => {
    const bars = [
      bar(3 * hour, [1, 2, 1, 2]),
      bar(4 * hour, [2, 3, 2, 3]),
      bar(6 * hour, [3, 9, 1, 4]),
      bar(8 * hour, [4, 4, 4, 4]),
    ];
    expect(
      candlesOfBars(bars, utc('4h')).map(({ openTime, open, high, low, close }) => [
        openTime / hour,
        open,
        high,
        low,
        close,
      ]),
    ).toEqual([
      [0, 1, 2, 1, 2],
      [4, 2, 9, 1, 4],
      [8, 4, 4, 4, 4],
    ]);
  });

  it('folds over a change of New York’s clocks into a window of that day’s length', () => {
    const grid = windowGrid('1day', { alignment: 'newyork', assetClass: 'forex' });
    const begin = grid.openOf(Date.UTC(2026, 9, 31, 22));
    const bars = Array.from({ length: 25 }, (_, i) => bar(begin + i * hour, [i, i, i, i]));
    const days = candlesOfBars(bars, { symbol: 'EURUSD', timeframe: '1day', grid });
    expect(days.map(({ openTime, closeTime }) => (closeTime - openTime) / hour)).toEqual([25]);
    expect(days[0]).toMatchObject({ open: 0, close: 24 });
  });

  it.each([
    [[1, 2], 3, 'traded'],
    [[undefined, undefined], 0, 'none'],
    [[1, undefined], 1, 'mixed'],
    [[undefined, 2], 2, 'mixed'],
    [[1, undefined, 2], 3, 'mixed'],
  ] as const)('volumes %j are %d, %s', (volumes, volume, volumeKind) => {
    const bars = volumes.map((each, i) => bar(i * hour, [1, 1, 1, 1], each));
    expect(candlesOfBars(bars, utc('4h'))).toMatchObject([{ volume, volumeKind }]);
  });

  it('loses no extreme and no volume, whatever the bars', () => {
    const one = fc.record({ at: fc.nat(200), price: fc.integer({ min: 10, max: 99 }), reach: fc.nat(9) });
    const bars = fc
      .uniqueArray(one, { minLength: 1, selector: ({ at }) => at })
      .map((all) =>
        all
          .toSorted((a, b) => a.at - b.at)
          .map(({ at, price, reach }) =>
            bar(at * hour, [price, price + reach, price - reach, price - 1], reach),
          ),
      );
    fc.assert(
      fc.property(bars, (all) => {
        const folded = candlesOfBars(all, utc('4h'));
        expect(Math.max(...folded.map(({ high }) => high))).toBe(Math.max(...all.map(({ high }) => high)));
        expect(Math.min(...folded.map(({ low }) => low))).toBe(Math.min(...all.map(({ low }) => low)));
        expect(folded.reduce((sum, { volume }) => sum + volume, 0)).toBe(
          all.reduce((sum, { volume }) => sum + (volume ?? 0), 0),
        );
        expect(folded[0]?.open).toBe(all[0]?.open);
        expect(folded.at(-1)?.close).toBe(all.at(-1)?.close);
        const opens = folded.map(({ openTime }) => openTime);
        expect(opens).toEqual([...new Set(opens)].sort((a, b) => a - b));
      }),
    );
  });
});
