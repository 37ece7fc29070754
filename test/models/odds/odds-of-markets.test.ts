import { describe, expect, it } from 'vitest';
import { candlesUpTo } from '../../../cli/backtest/analyse-bars.ts';
import { candidateOdds } from '../../../cli/backtest/candidate-odds.ts';
import { judgeOdds, type OddsReport } from '../../../cli/backtest/judge-odds.ts';
import { analyse } from '../../../models/decision/analyse.ts';
import type { Analysis } from '../../../models/decision/analysis.ts';
import { barPresence } from '../../../models/volatility/bar-presence.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { features } from '../../../models/hmm/features.ts';
import { giveBack, lastingShare } from '../../../models/volatility/price-noise.ts';
import { seededRandom, standardNormal } from '../../../models/random.ts';
import { learnBar, profileMemory, profileOf } from '../../../models/volatility/volatility-profile.ts';
import { seasonalMarket, thinMarket, wanderingMarket } from '../synthetic-markets.ts';

const minute = 60_000;

/** Odds of every `every`-th bar of a market against what came, told its hours or not. */
function judged(
  make: (barMinutes: number) => CandleColumns,
  barMinutes: number,
  every: number,
  knowsHours = true,
): OddsReport {
  const candles = make(barMinutes);
  const barMs = barMinutes * minute;
  const memory = profileMemory(barMs);
  const analyses = new Map<number, Analysis>();
  for (let bar = 0; bar < candles.close.length; bar++) {
    learnBar(memory, candles.time[bar]!, candles.close[bar]!);
    if (bar < 249 || bar % every !== 0) continue;
    const profile = knowsHours ? profileOf(memory) : undefined;
    const window = candlesUpTo(candles, bar);
    analyses.set(bar, analyse(window, profile === undefined ? {} : { profile }));
  }
  const horizon = (close: number, bars: number) => close + bars * barMs;
  const closeOf = (bar: number) => candles.time[bar]! + barMs;
  return judgeOdds(
    candidateOdds(candles, { ...make(1), spacingMs: minute }, analyses, { closeOf, horizon }),
    2,
  );
}

describe('the odds of markets whose truth is known', () => {
  it('know the hour: without it, neither comes at other times than forecast', () => {
    const market = (bars: number) => seasonalMarket(5, 30, bars);
    const [told, untold] = [judged(market, 15, 12), judged(market, 15, 12, false)];
    expect(told.errors[2]!.error).toBeCloseTo(0, 1);
    expect(Math.abs(told.errors[2]!.error)).toBeLessThan(0.04);
    expect(told.skill).toBeGreaterThan(-0.02);
    expect(told.variance.logDeviation).toBeLessThan(0.75 * untold.variance.logDeviation);
    expect(untold.logScore).toBeGreaterThan(told.logScore + 0.03);
  });

  it('allow for volatility that wanders', () => {
    const { errors, skill } = judged((bars) => wanderingMarket(6, 25, bars), 15, 10);
    expect(Math.abs(errors[2]!.error)).toBeLessThan(0.06);
    expect(skill).toBeGreaterThan(-0.03);
  });

  it('know what a bounce gives back: TP comes less often after a trade that leant its way', () => {
    const { skill, deciles } = judged((bars) => thinMarket(7, 8, bars), 1, 12);
    const [least, most] = [deciles.slice(0, 2), deciles.slice(-2)].map((tenths) => ({
      predicted: tenths.reduce((sum, tenth) => sum + tenth.predicted / 2, 0),
      observed: tenths.reduce((sum, tenth) => sum + tenth.observed / 2, 0),
    }));
    expect(most!.predicted).toBeGreaterThan(least!.predicted + 0.15);
    expect(most!.observed).toBeGreaterThan(least!.observed + 0.15);
    expect(skill).toBeGreaterThan(0.01);
  }, 60_000);

  it('see through a price that bounces between bid and ask, in windows that often hold no trade', () => {
    for (const barMinutes of [1, 5]) {
      const days = 4 * barMinutes;
      const { errors, skill } = judged((bars) => thinMarket(7, days, bars), barMinutes, 20);
      expect(Math.abs(errors[2]!.error)).toBeLessThan(0.08);
      expect(skill).toBeGreaterThan(-0.06);
    }
  });
});

describe('lastingShare', () => {
  const walk = (seed: number, bounce: number) => {
    const random = seededRandom(seed);
    const sides = Array.from({ length: 250 }, () => (random() < 0.5 ? bounce : -bounce));
    return Float64Array.from({ length: 249 }, (_, t) => standardNormal(random) + sides[t + 1]! - sides[t]!);
  };
  const shares = (bounce: number) =>
    Array.from({ length: 200 }, (_, seed) => lastingShare(walk(seed, bounce)));
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('leaves independent returns nearly alone, and takes most of a bounce away', () => {
    expect(average(shares(0))).toBeGreaterThan(0.98);
    // Variance 1 lasts of 1 + 2 bounce^2 = 9 in each bar.
    expect(average(shares(2))).toBeLessThan(0.5);
    expect(average(shares(2))).toBeGreaterThan(1 / 9);
  });

  it('is a share for any returns', () => {
    expect(lastingShare(new Float64Array(249))).toBe(1);
    expect(lastingShare(Float64Array.of(1))).toBe(1);
    const alternating = Float64Array.from({ length: 249 }, (_, t) => (t % 2 === 0 ? 1 : -1));
    expect(lastingShare(alternating)).toBeGreaterThanOrEqual(0.1);
    expect(lastingShare(alternating)).toBeLessThan(0.2);
  });
});

describe('giveBack', () => {
  it('is the best linear forecast of the next return of a moving average', () => {
    const random = seededRandom(3);
    const T = 30;
    for (const rho of [-0.1, -0.3, -0.5]) {
      const returns = Float64Array.from({ length: T }, () => standardNormal(random));
      const forecast = bestForecast(returns, rho);
      expect(giveBack(returns, 1 + 1.5 * rho)).toBeCloseTo(forecast, 9);
      expect(
        giveBack(
          returns.map((value) => -value),
          1 + 1.5 * rho,
        ),
      ).toBeCloseTo(-forecast, 9);
    }
    // Less than a moving average can explain.
    const returns = Float64Array.from({ length: T }, () => standardNormal(random));
    expect(giveBack(returns, 0.1)).toBeCloseTo(bestForecast(returns, -0.5), 9);
  });

  it('finds most of where the last trade stood beside the middle, and nothing where all lasts', () => {
    let [missed, unknown] = [0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const random = seededRandom(seed);
      const sides = Array.from({ length: 250 }, () => (random() < 0.5 ? 2 : -2));
      const returns = Float64Array.from(
        { length: 249 },
        (_, t) => standardNormal(random) + sides[t + 1]! - sides[t]!,
      );
      missed += (-sides[249]! - giveBack(returns, lastingShare(returns))) ** 2;
      unknown += sides[249]! ** 2;
      expect(giveBack(returns, 1)).toBe(0);
    }
    expect(missed).toBeLessThan(0.5 * unknown);
    expect(giveBack(new Float64Array(249), 0.5)).toBe(0);
  });

  it('is told in the hour of the last close', () => {
    const candles = candlesUpTo(thinMarket(3, 1, 1), 600);
    const slots = Array.from({ length: 48 }, () => 4);
    const plain = analyse(candles).giveBack;
    expect(Math.abs(plain)).toBeGreaterThan(1e-5);
    const told = analyse(candles, { profile: { version: 1, barMs: minute, slots } }).giveBack;
    expect(told / plain).toBeCloseTo(1, 6);
  });

  it('takes less of a wild bar for a bounce, which has one size', () => {
    let wild = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const candles = candlesUpTo(thinMarket(seed, 1, 1), 600);
      const random = seededRandom(seed);
      // The last ten bars move twelve times as far as the middle of the others.
      for (let t = 240, price = candles.close[239]!; t < 250; t++) {
        candles.open[t] = price;
        price *= Math.exp(5e-3 * standardNormal(random));
        candles.close[t] = price;
        candles.high[t] = 1.002 * Math.max(candles.open[t]!, price);
        candles.low[t] = Math.min(candles.open[t]!, price) / 1.002;
      }
      const { giveBack: taken, varianceFactors } = analyse(candles);
      const all = giveBack(features(candles).returns, varianceFactors.lasting);
      if (varianceFactors.lasting === 1) continue;
      wild++;
      expect(taken / all).toBeGreaterThan(0);
      expect(taken / all).toBeLessThan(0.8);
    }
    expect(wild).toBeGreaterThan(4);
  });

  /** Solves the normal equations: tridiagonal covariances, of which the last one touches the next return. */
  function bestForecast(returns: Float64Array, rho: number): number {
    const T = returns.length;
    const diagonal = new Float64Array(T).fill(1);
    const right = new Float64Array(T);
    right[T - 1] = rho;
    for (let t = 1; t < T; t++) {
      diagonal[t]! -= rho ** 2 / diagonal[t - 1]!;
      right[t]! -= (rho / diagonal[t - 1]!) * right[t - 1]!;
    }
    const weights = new Float64Array(T);
    for (let t = T - 1; t >= 0; t--)
      weights[t] = (right[t]! - (t < T - 1 ? rho * weights[t + 1]! : 0)) / diagonal[t]!;
    return weights.reduce((sum, weight, t) => sum + weight * returns[t]!, 0);
  }
});

describe('barPresence', () => {
  it('counts windows without a bar, but no night, and nothing of long bars', () => {
    const at = (...bars: number[]) => Float64Array.from(bars);
    expect(barPresence(at(0, minute, 2 * minute))).toBe(1);
    expect(barPresence(at(0, minute, 3 * minute, 4 * minute, 6 * minute))).toBe(4 / 6);
    expect(barPresence(at(0, minute, 500 * minute, 501 * minute))).toBe(1);
    expect(barPresence(at(0, 60 * minute, 180 * minute))).toBe(1);
  });
});
