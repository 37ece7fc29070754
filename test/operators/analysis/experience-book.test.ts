import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../models/decision/analysis.ts';
import { UNKNOWN_CLASS } from '../../../models/chart/jump-limits.ts';
import { INEXPERIENCED } from '../../../models/odds/experience.ts';
import { createExperienceBook } from '../../../operators/analysis/experience-book.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import type { FollowedChange } from '../../../schema/strategies/experience.ts';
import { candleAt, minute } from '../signals/signal-samples.ts';

const whose = { symbol: 'BTCUSD', timeframe: '1min', assignment: 'mine' } as const;
const known = { ...INEXPERIENCED, direction: 0.3, n: 9 };

/** A book, and closes whose candidates meet TP in the next minute. */
function begin() {
  const book = createExperienceBook({
    horizonEnd: (_symbol, _timeframe, closeTime, bars) => closeTime + bars * minute,
    jumpLimitsOf: () => UNKNOWN_CLASS,
  });
  const candles = [1, 2, 3].map((i) => candleAt(i * minute, 100 + 5 * i));
  const closeOf = (i: number) => candles[i]!.closeTime;
  const close = (i: number, by: typeof whose | Omit<typeof whose, 'assignment'> = whose) => {
    book.close(by, candleColumnsOf(candles.slice(0, i + 1)), closeOf(i));
    const analysis = {
      candidate: { direction: 'BUY', tp: 101 + 5 * (i + 1), sl: 90 },
      modelTrade: { probTpHit: 0.4, probSlHit: 0.5, probNeither: 0.1 },
      entry: candles[i]!.close,
      horizonBars: 1,
    } as Analysis;
    book.add(by, analysis, closeOf(i));
  };
  return { book, close, closeOf };
}

/** As a store gives it. */
const keptOf = (followed: FollowedChange | undefined) => ({
  following: followed!.following,
  candidates: Buffer.concat(followed!.changed.map(({ text }) => Buffer.from(text, 'base64'))).toString(
    'base64',
  ),
});

describe('createExperienceBook', () => {
  it('knows at a close what the candles up to it have told, of its assignment alone', () => {
    const { book, close, closeOf } = begin();
    close(0);
    expect(book.of(whose, closeOf(0))).toBeUndefined();
    close(1);
    expect(book.of(whose, closeOf(1))!.n).toBe(1);
    for (const other of [
      { ...whose, assignment: 'other' },
      { symbol: whose.symbol, timeframe: whose.timeframe },
      { ...whose, symbol: 'ETHUSD' },
      { ...whose, timeframe: '5min' as const },
    ])
      expect(book.of(other, closeOf(1))).toBeUndefined();
  });

  it('tells nothing at a close of what came after it', () => {
    const { book, close, closeOf } = begin();
    close(0);
    close(1);
    expect(book.of(whose, closeOf(0))).toBeUndefined();
    expect(book.of(whose, closeOf(2))!.n).toBe(1);
  });

  it('begins a symbol with what was kept of it, and forgets it', () => {
    const { book, closeOf } = begin();
    const { timeframe, assignment } = whose;
    book.restore(
      whose.symbol,
      [
        { timeframe, assignment, experience: known },
        { timeframe: '5min', experience: INEXPERIENCED },
      ],
      closeOf(2),
    );
    expect(book.of(whose, closeOf(0))).toEqual(known);
    expect(book.of({ symbol: whose.symbol, timeframe: '5min' }, closeOf(0))).toEqual(INEXPERIENCED);
    book.forget(whose.symbol);
    expect(book.of(whose, closeOf(0))).toBeUndefined();
  });

  it('knows what another process decided with, not before its close', () => {
    const { book, closeOf } = begin();
    book.hear(whose, known, closeOf(1));
    expect(book.of(whose, closeOf(1))).toEqual(known);
    expect(book.of(whose, closeOf(0))).toBeUndefined();
  });

  it('begins anew where what was kept is of other odds', () => {
    const { book, closeOf } = begin();
    const { timeframe, assignment } = whose;
    book.restore(whose.symbol, [{ timeframe, assignment, experience: { ...known, version: 0 } }], closeOf(2));
    expect(book.of(whose, closeOf(0))).toBeUndefined();
  });

  it('learns nothing from a price that went on in another unit, by its symbol’s limits', () => {
    const { book } = begin();
    const bars = [candleAt(minute, 100), candleAt(2 * minute, 400)];
    book.close(whose, candleColumnsOf(bars.slice(0, 1)), bars[0]!.closeTime);
    const analysis = {
      candidate: { direction: 'BUY', tp: 110, sl: 90 },
      modelTrade: { probTpHit: 0.4, probSlHit: 0.5, probNeither: 0.1 },
      entry: 100,
      horizonBars: 1,
    } as Analysis;
    book.add(whose, analysis, bars[0]!.closeTime);
    book.close(whose, candleColumnsOf(bars), bars[1]!.closeTime);
    expect(book.of(whose, bars[1]!.closeTime)).toBeUndefined();
  });

  it('follows on what was followed when it was kept', () => {
    const { book, close, closeOf } = begin();
    close(0);
    const kept = keptOf(book.followed(whose, closeOf(0)));
    expect(book.followed(whose, closeOf(1))).toBeUndefined();
    close(1);
    const learnt = book.of(whose, closeOf(1));
    expect(book.followed(whose, closeOf(0))).toBeUndefined();
    const again = begin();
    const { timeframe, assignment } = whose;
    again.book.restore(whose.symbol, [{ timeframe, assignment, ...kept }], closeOf(0));
    again.close(1);
    expect(learnt!.n).toBe(1);
    expect(again.book.of(whose, closeOf(1))).toEqual(learnt);
    const { isSwept, ...followed } = again.book.followed(whose, closeOf(1))!;
    expect(followed).toEqual({ ...book.followed(whose, closeOf(1)), isSwept: undefined });
    expect(isSwept).toBe(true);
  });

  it('follows none that were kept while a clock was a year ahead, and knows what they had taught', () => {
    const { book, close, closeOf } = begin();
    close(0);
    const { timeframe, assignment } = whose;
    const kept = {
      timeframe,
      assignment,
      experience: known,
      ...keptOf(book.followed(whose, closeOf(0))),
    };
    const later = begin();
    later.book.restore(whose.symbol, [kept], closeOf(0) - 86_400_000);
    expect(later.book.of(whose, 0)).toEqual(known);
    later.book.restore(whose.symbol, [kept], closeOf(0) - 1_000);
    expect(later.book.of(whose, 0)).toBeUndefined();
    expect(later.book.of(whose, closeOf(0))).toEqual(known);
  });

  it('takes what a store has of a symbol for all that is known of it', () => {
    const { book, close, closeOf } = begin();
    close(0);
    close(1);
    book.restore(whose.symbol, [], closeOf(2));
    expect(book.of(whose, closeOf(2))).toBeUndefined();
  });
});
