import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brierScore } from '../../../models/report/brier-score.ts';
import { tradeStatistics } from '../../../models/report/trade-statistics.ts';
import { wilsonInterval } from '../../../models/report/wilson-interval.ts';
import { oracles, needsOracles } from '../oracles.ts';

describe('wilsonInterval', () => {
  it('agrees with the oracles', needsOracles, () => {
    for (const [question, [low, high]] of Object.entries(oracles!.wilson95)) {
      const [successes, n] = question.split('/').map(Number);
      const interval = wilsonInterval(successes!, n!)!;
      expect(interval[0]).toBeCloseTo(low, 10);
      expect(interval[1]).toBeCloseTo(high, 10);
    }
  });

  it('holds the share, stays in [0, 1] and turns around with it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const successes = Math.round(n * share);
          const [low, high] = wilsonInterval(successes, n)!;
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(successes / n);
          expect(high).toBeGreaterThanOrEqual(successes / n);
          expect(wilsonInterval(n - successes, n)![0]).toBeCloseTo(1 - high, 12);
        },
      ),
    );
  });

  it('is null without trials and refuses nonsense', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(-1, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(Number.NaN, 2)).toThrow(RangeError);
  });
});

describe('brierScore', () => {
  it('agrees with the oracle', needsOracles, () => {
    const { f, o, brier, reliability, resolution, uncertainty, bss, ece, logloss } = oracles!.brier;
    const score = brierScore(f, o);
    expect(score.brier).toBeCloseTo(brier!, 9);
    expect(score.reliability).toBeCloseTo(reliability!, 9);
    expect(score.resolution).toBeCloseTo(resolution!, 9);
    expect(score.uncertainty).toBeCloseTo(uncertainty!, 9);
    expect(score.skill).toBeCloseTo(bss!, 9);
    expect(score.calibrationError).toBeCloseTo(ece!, 9);
    expect(score.logLoss).toBeCloseTo(logloss!, 9);
    expect(score.bins.map(({ n }) => n)).toEqual([2, 3, 4, 1]);
  });

  it('is reliability minus resolution plus uncertainty for any forecasts', () => {
    const pair = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean());
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 60 }), (pairs) => {
        const { brier, reliability, resolution, uncertainty, bins } = brierScore(
          pairs.map(([forecast]) => forecast),
          pairs.map(([, outcome]) => outcome),
        );
        expect(reliability! - resolution! + uncertainty!).toBeCloseTo(brier!, 12);
        expect(bins.reduce((sum, { n }) => sum + n, 0)).toBe(pairs.length);
        for (const { from, to, meanForecast, interval, observed } of bins) {
          expect(meanForecast).toBeGreaterThanOrEqual(from - 1e-12);
          expect(meanForecast).toBeLessThanOrEqual(to + 1e-12);
          expect(interval[0]).toBeLessThanOrEqual(observed);
        }
      }),
    );
  });

  it('has no figures without forecasts, no skill without both outcomes, no log loss for a certain error', () => {
    expect(brierScore([], [])).toMatchObject({ n: 0, brier: null, reliability: null, skill: null, bins: [] });
    expect(brierScore([0.4, 0.6], [1, 1])).toMatchObject({ uncertainty: 0, skill: null });
    expect(brierScore([1, 0], [1, 1]).logLoss).toBeNull();
    expect(brierScore([1, 0], [1, 0])).toMatchObject({ brier: 0, logLoss: 0 });
  });

  it('refuses what is no forecast', () => {
    expect(() => brierScore([0.5], [])).toThrow(RangeError);
    expect(() => brierScore([1.5], [1])).toThrow(RangeError);
    expect(() => brierScore([Number.NaN], [1])).toThrow(RangeError);
  });
});

describe('tradeStatistics', () => {
  it('agrees with the oracle', needsOracles, () => {
    const { trades, ...wanted } = oracles!.trade_statistics;
    const found = tradeStatistics(trades);
    expect(found.expectancy).toBeCloseTo(wanted['expectancy']!, 8);
    expect(found.expectancyRatio).toBeCloseTo(wanted['expectancy_ratio']!, 8);
    expect(found.profitFactor).toBeCloseTo(wanted['profit_factor']!, 12);
    expect(found.winRate).toBeCloseTo(wanted['win_rate']!, 12);
    expect(found.payoff).toBeCloseTo(wanted['payoff']!, 12);
    expect(found.maxDrawdown).toBe(wanted['max_dd_abs']);
    expect(found.recoveryFactor).toBeCloseTo(wanted['recovery_factor']!, 12);
    expect(found.sharpe).toBeCloseTo(wanted['sharpe_per_trade_ddof1']!, 12);
  });

  it('says null where there is no figure, never Infinity or NaN', () => {
    expect(tradeStatistics([])).toEqual({
      n: 0,
      expectancy: null,
      expectancyRatio: null,
      profitFactor: null,
      winRate: null,
      payoff: null,
      maxDrawdown: 0,
      recoveryFactor: null,
      sharpe: null,
    });
    expect(tradeStatistics([1, 2])).toMatchObject({
      profitFactor: null,
      payoff: null,
      recoveryFactor: null,
      winRate: 1,
    });
    expect(tradeStatistics([-1, -1])).toMatchObject({
      profitFactor: 0,
      payoff: null,
      winRate: 0,
      sharpe: null,
    });
    expect(tradeStatistics([0])).toMatchObject({
      expectancy: 0,
      winRate: 0,
      profitFactor: null,
      sharpe: null,
    });
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true })), (results) => {
        for (const value of Object.values(tradeStatistics(results))) {
          expect(value === null || Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  it('counts the fall from the start as drawdown too', () => {
    expect(tradeStatistics([-2, 1, -3, 10]).maxDrawdown).toBe(4);
  });
});
