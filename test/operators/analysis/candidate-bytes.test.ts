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
  hole: fc.integer({ min: 0, max: 300 }),
});

describe('candidates over a restart', () => {
  it('teach what they teach a server that was never stopped, to the last bit', () => {
    let [restarts, learnt] = [0, 0];
    fc.assert(
      fc.property(life, ({ bars, hole }) => {
        const staying = createCandidateBook(options);
        let starting = createCandidateBook(options);
        const kept = new Map<number, string>();
        let price = 100;
        const rows: number[][] = [];
        let missed = 0;
        for (const [i, { move, range, jump, side, width, horizonBars, isRestart }] of bars.entries()) {
          const open = price * jump;
          price = open * (1 + move);
          const [high, low] = [Math.max(open, price) * (1 + range), Math.min(open, price) * (1 - range)];
          // Once candles are missing, more than a window of them.
          if (i === hole) missed = 70;
          rows.push([(i + missed) * hour, open, high, low, price]);
          const some = rows
            .slice(-windowBars)
            .filter(([time]) => time! >= (i < hole ? 0 : (hole + missed) * hour));
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
          const closeTime = (i + missed + 1) * hour;
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
          for (const one of starting.takeChanged()) kept.set(one.levels.from, candidateText(one));
          if (!isRestart) continue;
          restarts++;
          const following = { ...starting.following, waiting: [...kept.values()].flatMap(candidatesOf) };
          starting = createCandidateBook({ ...options, experience: starting.experience, following });
        }
        if (staying.experience !== undefined) learnt++;
      }),
      { numRuns: 60, seed: 5, endOnFailure: true },
    );
    expect(restarts).toBeGreaterThan(1_000);
    expect(learnt).toBeGreaterThan(50);
  });

  it('are as they were in their text, and none in another', () => {
    const one = {
      levels: { id: '', direction: -1, entry: 0.1, tp: 0.05, sl: 0.15, from: 1e12, expiresAt: 2e12, cost: 0 },
      bars: 1000,
      odds: { up: 1 / 3, down: 0.1 + 0.2, neither: Number.MIN_VALUE },
      weight: 1 / 24,
      came: 'unknown',
    } as const;
    const two = { ...one, levels: { ...one.levels, direction: 1, tp: 0.15, sl: 0.05 }, came: null } as const;
    const bytes = Buffer.concat([one, two].map((each) => Buffer.from(candidateText(each), 'base64')));
    // PostgreSQL breaks the lines of a long text.
    const text = bytes.toString('base64').replaceAll(/.{76}/g, '$&\n');
    expect(candidatesOf(text)).toEqual([one, two]);
    expect(candidatesOf('')).toEqual([]);
    expect(candidatesOf('%%%')).toEqual([]);
    expect(candidatesOf(bytes.subarray(8).toString('base64'))).toEqual([]);
  });
});
