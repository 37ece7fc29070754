import { describe, expect, it } from 'vitest';
import { judgeOdds, type JudgedOdds } from '../../cli/backtest/judge-odds.ts';
import { seededRandom } from '../../models/random.ts';

const one = (forecast: [number, number, number], came: 0 | 1 | 2): JudgedOdds => ({
  forecast,
  came,
  variance: 2,
  realised: 1,
});

describe('judgeOdds', () => {
  it('sets shares, scores and variances beside what came', () => {
    const half: [number, number, number] = [0.5, 0.25, 0.25];
    const report = judgeOdds([one(half, 0), one(half, 0), one(half, 1), one(half, 2)], 1);
    expect(report).toMatchObject({ n: 4, predicted: half, observed: half, largestError: 0 });
    const entropy = -(0.5 * Math.log(0.5) + 0.5 * Math.log(0.25));
    expect(report.logScore).toBeCloseTo(entropy, 12);
    expect(report.skill).toBeCloseTo(0, 12);
    expect(report.variance).toEqual({ ofMeans: 2, mean: 2, median: 2, logDeviation: 0 });
  });

  it('gives odds that know something a skill above zero, and those that are wrong one below', () => {
    const sharp = [one([0.8, 0.1, 0.1], 0), one([0.1, 0.8, 0.1], 1), one([0.1, 0.1, 0.8], 2)];
    expect(judgeOdds(sharp, 1).skill).toBeCloseTo(Math.log(3) - -Math.log(0.8), 12);
    const wrong = [one([0.8, 0.1, 0.1], 1), one([0.8, 0.1, 0.1], 2), one([0.8, 0.1, 0.1], 0)];
    expect(judgeOdds(wrong, 1).skill).toBeLessThan(-0.4);
    expect(judgeOdds(wrong, 1).largestError).toBeCloseTo(0.8 - 1 / 3, 12);
  });

  it('widens the interval by what neighbours share', () => {
    const random = seededRandom(3);
    // Runs of twenty that came alike: one twentieth of the bars is news.
    const judged = Array.from({ length: 100 }, () => random() < 0.3).flatMap((neither) =>
      Array.from({ length: 20 }, () => one([0.4, 0.3, 0.3], neither ? 2 : 0)),
    );
    const width = (block: number) => {
      const [low, high] = judgeOdds(judged, block).errors[2]!.interval;
      return high - low;
    };
    expect(width(40) / width(1)).toBeGreaterThan(3);
    const { error, interval } = judgeOdds(judged, 40).errors[2]!;
    expect(interval[0]).toBeLessThan(error);
    expect(interval[1]).toBeGreaterThan(error);
  });

  it('sorts candidates into tenths by P(TP)', () => {
    const judged = Array.from({ length: 100 }, (_, i) => one([i / 100, 1 - i / 100, 0], i < 50 ? 1 : 0));
    const { deciles } = judgeOdds(judged.reverse(), 1);
    expect(deciles.map(({ n }) => n)).toEqual(Array<number>(10).fill(10));
    expect(deciles.map(({ observed }) => observed)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(deciles[9]!.predicted).toBeCloseTo(0.945, 12);
  });
});
