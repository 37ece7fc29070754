import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../../models/decision/analysis.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { candidatesOf, candidateText } from '../../../operators/analysis/candidate-bytes.ts';
import { createCandidateBook } from '../../../operators/analysis/candidate-book.ts';

const hour = 3_600_000;
const options = {
  horizonEnd: (closeTime: number, bars: number) => closeTime + bars * hour,
  restated: (before: number, after: number) => after > 1.9 * before || before > 1.9 * after,
};
const windowBars = 60;

/** Candles, the candidate of each close, if it has one, and after which of them the server starts anew. */
const life = fc.record({
  bars: fc.array(
    fc.record({
      move: fc.double({ min: -0.02, max: 0.02, noNaN: true }),
      range: fc.double({ min: 0, max: 0.02, noNaN: true }),
      // Near the step of another unit: whether it is one depends on the last price.
      jump: fc.constantFrom(...Array.from({ length: 30 }, () => 1), 1.85),
      side: fc.constantFrom('BUY', 'SELL', null),
      width: fc.constantFrom(0.02, 0.8),
      horizonBars: fc.constantFrom(1, 24, 70, 200),
      isRestart: fc.constantFrom(true, false, false, false),
    }),
    { minLength: 100, maxLength: 300 },
  ),
});

describe('candidates over a restart', () => {
  it('teach what they teach a server that was never stopped, to the last bit', () => {
    let [restarts, learnt] = [0, 0];
    fc.assert(
      fc.property(life, ({ bars }) => {
        const staying = createCandidateBook(options);
        let starting = createCandidateBook(options);
        let price = 100;
        const rows: number[][] = [];
        for (const [i, { move, range, jump, side, width, horizonBars, isRestart }] of bars.entries()) {
          const open = price * jump;
          price = open * (1 + move);
          const [high, low] = [Math.max(open, price) * (1 + range), Math.min(open, price) * (1 - range)];
          rows.push([i * hour, open, high, low, price]);
          const some = rows.slice(-windowBars);
          const column = (k: number) => Float64Array.from(some, (row) => row[k]!);
          const candles: CandleColumns = {
            time: column(0),
            open: column(1),
            high: column(2),
            low: column(3),
            close: column(4),
            volume: new Float64Array(some.length),
            volumeKind: 'none',
          };
          const closeTime = (i + 1) * hour;
          const risk = price * width * (side === 'BUY' ? 1 : -1);
          const analysis = {
            candidate: side && { direction: side, tp: price + risk, sl: price - risk },
            modelTrade: { probTpHit: 0.1 + range * 20, probSlHit: 0.3, probNeither: 0.6 - range * 20 },
            entry: price,
            horizonBars,
          } as Analysis;
          for (const book of [staying, starting]) {
            book.close(candles, closeTime);
            book.add(analysis, closeTime);
          }
          expect(starting.experience).toEqual(staying.experience);
          if (!isRestart) continue;
          restarts++;
          const candidates = candidatesOf(candidateText(starting.candidates))!;
          expect(candidates).toEqual(starting.candidates);
          starting = createCandidateBook({ ...options, experience: starting.experience, candidates });
        }
        if (staying.experience !== undefined) learnt++;
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(restarts).toBeGreaterThan(1_000);
    expect(learnt).toBeGreaterThan(50);
  });

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['half a number', Buffer.alloc(12).toString('base64')],
    ['another version', textOf(0, 7, 0)],
    ['half a candidate', textOf(1, 7, 0, 1, 2, 3)],
    ['more than there is', textOf(1, 7, 9)],
    ['what is no count', textOf(1, 7, Number.NaN)],
    ['a count below nothing', textOf(1, 7, -1)],
    ['a part of a count', textOf(1, 7, 0.5, 1)],
  ])('are none in the text of %s', (_, text) => {
    expect(candidatesOf(text)).toBeUndefined();
  });
});

function textOf(...numbers: number[]): string {
  const bytes = Buffer.alloc(numbers.length * 8);
  for (const [i, number] of numbers.entries()) bytes.writeDoubleLE(number, i * 8);
  return bytes.toString('base64');
}
