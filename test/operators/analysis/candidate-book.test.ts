import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../models/decision/analysis.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { type Came, INEXPERIENCED, learnt } from '../../../models/odds/experience.ts';
import {
  type CandidateBookOptions,
  createCandidateBook,
} from '../../../operators/analysis/candidate-book.ts';

const hour = 3_600_000;
const start = 480_000 * hour;
const odds = { up: 0.4, down: 0.5, neither: 0.1 };

/** Open, high, low and close. */
type Ohlc = readonly [number, number, number, number];
const still: Ohlc = [100, 100, 100, 100];

/** A book whose candles are given one by one, on a market that never closes. */
function begin({
  horizonBars = 3,
  ...options
}: Partial<CandidateBookOptions> & { horizonBars?: number } = {}) {
  const book = createCandidateBook({
    horizonEnd: (closeTime, bars) => closeTime + bars * hour,
    ...options,
  });
  const bars: Ohlc[] = [];
  const candles = (last = bars.length): CandleColumns => {
    const all = bars.slice(Math.max(0, last - 250), last);
    const from = Math.max(0, last - 250);
    const column = (k: number) => Float64Array.from(all, (bar) => bar[k]!);
    return {
      time: Float64Array.from(all, (_, i) => start + (from + i) * hour),
      open: column(0),
      high: column(1),
      low: column(2),
      close: column(3),
      volume: new Float64Array(all.length),
      volumeKind: 'none',
    };
  };
  const close = (...all: Ohlc[]): void => {
    for (const bar of all) {
      bars.push(bar);
      book.close(candles(), start + bars.length * hour);
    }
  };
  const add = (direction: 'BUY' | 'SELL' = 'BUY'): void => {
    const side = direction === 'BUY' ? 1 : -1;
    const analysis = {
      candidate: { direction, tp: 100 + 3 * side, sl: 100 - 2 * side },
      modelTrade: { probTpHit: odds.up, probSlHit: odds.down, probNeither: odds.neither },
      entry: 100,
      horizonBars,
    } as Analysis;
    book.add(analysis, start + bars.length * hour);
  };
  close(still);
  return { book, bars, candles, close, add };
}
const after = (came: Came, weight = 1 / 3) => learnt(INEXPERIENCED, odds, came, weight);

describe('createCandidateBook', () => {
  it.each([
    ['up', 'TP', [100, 103, 100, 102]],
    ['down', 'SL', [100, 100, 98, 99]],
    ['neither', 'nothing', [100, 102, 99, 101]],
    ['either', 'both: nobody knows which came first', [100, 103, 98, 100]],
    ['up', 'TP at its open, whatever came after', [104, 104, 97, 98]],
  ] as const)('learns %s from a candle that meets %s', (came, _what, bar) => {
    const { book, close, add } = begin();
    add();
    close(bar, still, still);
    expect(book.experience).toEqual(after(came));
  });

  it('follows a SELL the other way', () => {
    const { book, close, add } = begin();
    add('SELL');
    close([100, 100, 97, 98], still, still);
    expect(book.experience).toEqual(after('up'));
  });

  it('learns nothing before the horizon is over, however soon a level was met', () => {
    const { book, close, add } = begin();
    add();
    close([100, 103, 100, 102], still);
    expect(book.experience).toBeUndefined();
    close(still);
    expect(book.experience).toEqual(after('up'));
  });

  it('takes a level that is met after the horizon for none', () => {
    const { book, close, add } = begin();
    add();
    close(still, still, still, [100, 103, 100, 102]);
    expect(book.experience).toEqual(after('neither'));
  });

  it('does not look at the candle that the candidate was made on', () => {
    const { book, close, add } = begin();
    close([100, 110, 90, 100]);
    add();
    close(still, still, still);
    expect(book.experience).toEqual(after('neither'));
  });

  it('drops what nobody has seen the candles of, and goes on', () => {
    const { book, bars, candles, close, add } = begin();
    add();
    for (let i = 0; i < 300; i++) bars.push(still);
    book.close(candles(), start + bars.length * hour);
    close(still);
    expect(book.experience).toBeUndefined();
    add();
    close([100, 100, 98, 99], still, still);
    expect(book.experience).toEqual(after('down', 2 / 3));
  });

  it('learns nothing from a price that went on in another unit', () => {
    const { book, close, add } = begin({ restated: (before, now) => now > 1.9 * before });
    add();
    close([200, 200, 200, 200], still, still);
    expect(book.experience).toBeUndefined();
  });

  it('takes a close that comes again, or one before it, for nothing new', () => {
    const { book, candles, close, add } = begin();
    add();
    close([100, 102, 100, 101]);
    for (const last of [1, 2]) book.close(candles(last), start + last * hour);
    close(still, still);
    expect(book.experience).toEqual(after('neither'));
  });

  it('follows no analysis of another close', () => {
    const { book, close } = begin();
    const analysis = { candidate: { direction: 'BUY', tp: 103, sl: 98 }, modelTrade: {}, entry: 100 };
    book.add({ ...analysis, horizonBars: 1 } as unknown as Analysis, start);
    close(still, still);
    expect(book.experience).toBeUndefined();
  });

  it('judges by the candles as they are when the horizon is over: a hole was filled, a wrong price mended', () => {
    for (const [then, now, came] of [
      [still, [100, 103, 100, 102], 'up'],
      [[100, 100, 98, 99], still, 'neither'],
    ] as const) {
      const { book, bars, close, add } = begin();
      add();
      close(then);
      bars[1] = now;
      close(still, still);
      expect(book.experience).toEqual(after(came));
    }
  });

  it('counts a candidate that shares its horizon with none as one', () => {
    const { book, close, add } = begin();
    for (let i = 0; i < 3; i++) {
      add();
      close([100, 100, 98, 99], still, still);
    }
    // The first by what its neighbours may be.
    expect(book.experience!.n).toBeCloseTo(1 / 3 + 2, 12);
  });

  it('follows long horizons beside short ones', () => {
    const candidates = begin();
    const analysis = (horizonBars: number) =>
      ({
        candidate: { direction: 'BUY', tp: 103, sl: 98 },
        modelTrade: { probTpHit: odds.up, probSlHit: odds.down, probNeither: odds.neither },
        entry: 100,
        horizonBars,
      }) as Analysis;
    const { book, bars, close } = candidates;
    for (let i = 0; i < 400; i++) {
      book.add(analysis(i % 4 === 0 ? 2 : 320), start + bars.length * hour);
      close(still);
    }
    const short = book.experience!.n;
    for (let i = 0; i < 320; i++) close(still);
    expect(book.experience!.n).toBeGreaterThan(short + 0.9);
  });

  it('takes an analysis without a candidate for none', () => {
    const { book, bars, close } = begin();
    book.add(
      { candidate: null, modelTrade: null, entry: 100, horizonBars: 1 } as Analysis,
      start + bars.length * hour,
    );
    close(still, still);
    expect(book.experience).toBeUndefined();
  });

  it('follows at most 32 at a time: of a long horizon every so many bars, each counting for those', () => {
    const { book, close, add } = begin({ horizonBars: 640 });
    for (let i = 0; i < 640; i++) {
      add();
      close(still);
    }
    // The first is at its end; twenty bars apart, the next is twenty bars later.
    expect(book.experience!.n).toBeCloseTo(20 / 640, 12);
    for (let i = 0; i < 640; i++) close(still);
    expect(book.experience!.n).toBeCloseTo(32 * (20 / 640), 12);
  });

  it('tells once of what has changed, and keeps nothing of it that is over for whoever never asks', () => {
    const { book, close, add } = begin();
    for (let i = 0; i < 100; i++) {
      add();
      close([100, 103, 100, 102]);
    }
    const changed = book.takeChanged();
    expect(changed.map(({ levels }) => levels.from)).toEqual([98, 99].map((i) => start + (i + 1) * hour));
    expect(book.takeChanged()).toEqual([]);
  });

  it('tells of a long one again when it is known what it has come to, once with its taking', () => {
    const told = (isAskedBetween: boolean) => {
      const { book, close, add } = begin({ horizonBars: 3 });
      add();
      const first = isAskedBetween ? book.takeChanged() : [];
      close([100, 103, 100, 102]);
      return [first, book.takeChanged()].map((all) => all.map(({ came }) => came));
    };
    expect(told(true)).toEqual([['up'], ['up']]);
    expect(told(false)).toEqual([[], ['up']]);
  });

  it('goes on from what was known', () => {
    const experience = after('down', 5);
    const { book, close, add } = begin({ experience });
    add();
    close([100, 103, 100, 102], still, still);
    expect(book.experience).toEqual(learnt(experience, odds, 'up', 1 / 3));
  });
});
