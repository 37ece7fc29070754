import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tradeLevels } from '../../../models/decision/trade-levels.ts';
import { tradeRisk } from '../../../models/decision/trade-risk.ts';

const none = { supports: [], resistances: [] };
const at = (...prices: number[]): { price: number; touches: number }[] =>
  prices.map((price) => ({ price, touches: 1 }));

describe('tradeLevels', () => {
  it('sets TP at the multiple of the stop on both sides', () => {
    const buy = tradeLevels(1, 100, 0.01, 1.5, 1, none)!;
    expect([buy.tp, buy.sl]).toEqual([101.49999999999999, 99]);
    const sell = tradeLevels(-1, 100, 0.01, 1.5, 1, none)!;
    expect(sell.tp).toBeCloseTo(98.5, 12);
    expect(sell.sl).toBeCloseTo(101, 12);
  });

  it('takes profit in front of a near resistance and hides the stop behind a near support', () => {
    const { tp, sl } = tradeLevels(1, 100, 0.01, 1.5, 1, { supports: at(98.95), resistances: at(101.45) })!;
    expect(tp).toBeLessThan(101.45);
    expect(tp).toBeGreaterThan(101.4);
    expect(sl).toBeLessThan(98.95);
    expect(sl).toBeGreaterThan(98.9);
    const sell = tradeLevels(-1, 100, 0.01, 1.5, 1, { supports: at(98.55), resistances: at(101.05) })!;
    expect(sell.tp).toBeGreaterThan(98.55);
    expect(sell.sl).toBeGreaterThan(101.05);
  });

  it('leaves levels that are far, and never pays less than the least reward', () => {
    expect(tradeLevels(1, 100, 0.01, 1.5, 1, { supports: at(98), resistances: at(103) })).toEqual(
      tradeLevels(1, 100, 0.01, 1.5, 1, none),
    );
    const price = fc.double({ min: 90, max: 110, noNaN: true });
    const reward = fc.double({ min: 0.5, max: 4, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(price),
        reward,
        fc.constantFrom(1 as const, -1 as const),
        (prices, minReward, side) => {
          const sorted = prices.sort((a, b) => a - b);
          const supports = at(...sorted.filter((value) => value < 100).reverse());
          const resistances = at(...sorted.filter((value) => value > 100));
          const levels = tradeLevels(side, 100, 0.01, 1.5, minReward, { supports, resistances })!;
          expect(levels.reward / levels.risk).toBeGreaterThanOrEqual(minReward * (1 - 1e-12));
          expect(side * (levels.tp - 100)).toBeGreaterThan(0);
          expect(side * (100 - levels.sl)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('has no levels where they would not be prices', () => {
    expect(tradeLevels(-1, 100, 0.8, 1.5, 1, none)).toBeNull();
    expect(tradeLevels(1, 100, 1, 1.5, 1, none)).toBeNull();
    expect(tradeLevels(1, 100, 1e-18, 1.5, 1, none)).toBeNull();
  });
});

describe('tradeRisk', () => {
  const levels = { tp: 101.5, sl: 99, reward: 0.015, risk: 0.01 };

  it('is a fair game without drift and cost, and loses the cost with it', () => {
    const odds = { up: 0.4, down: 0.6, neither: 0 };
    expect(tradeRisk(100, levels, odds, 0, 0)).toMatchObject({ riskRewardRatio: 1.5 });
    expect(tradeRisk(100, levels, odds, 0, 0).expectedR).toBeCloseTo(0, 12);
    expect(tradeRisk(100, levels, odds, 0, 0.002).expectedR).toBeCloseTo(-0.2, 12);
    expect(tradeRisk(100, levels, odds, 0, 0.002).expectedValue).toBeCloseTo(-0.2, 12);
    expect(tradeRisk(100, levels, odds, 0, 0.002).expectedValuePct).toBeCloseTo(-0.2, 12);
  });

  it('breaks even at its own break-even probability', () => {
    const share = fc.double({ min: 0.05, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: -0.005, max: 0.005, noNaN: true }), (a, b, open) => {
        const odds = { up: a * (1 - b), down: (1 - a) * (1 - b), neither: b };
        const { breakevenProbability: even } = tradeRisk(100, levels, odds, open, 0.0005);
        fc.pre(even > 0 && even < 1 - b);
        const moved = tradeRisk(100, levels, { up: even, down: 1 - b - even, neither: b }, open, 0.0005);
        expect(moved.expectedR).toBeCloseTo(0, 10);
      }),
    );
  });
});
