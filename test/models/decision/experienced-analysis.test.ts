import { describe, expect, it } from 'vitest';
import { analyse } from '../../../models/decision/analyse.ts';
import { calibrated } from '../../../models/decision/calibrated.ts';
import { experiencedAnalysis } from '../../../models/decision/experienced-analysis.ts';
import { INEXPERIENCED } from '../../../models/odds/experience.ts';
import { wanderingMarket } from '../synthetic-markets.ts';

const candles = wanderingMarket(6, 2, 5);
const experience = { ...INEXPERIENCED, direction: -0.4, neither: 0.7, n: 80 };

describe('experiencedAnalysis', () => {
  it('gives an analysis as it would have been with the experience, to the last bit, and calibrated after it', () => {
    const calibration = { intercept: -0.3, n: 40 };
    for (const scoreQuantile of [0, 1]) {
      const options = { restarts: 1, scoreQuantile };
      const plain = analyse(candles, options);
      const later = experiencedAnalysis(plain, experience);
      expect(JSON.stringify(later)).toBe(JSON.stringify(analyse(candles, { ...options, experience })));
      expect(JSON.stringify(calibrated(later, calibration))).toBe(
        JSON.stringify(analyse(candles, { ...options, experience, calibration })),
      );
      expect(JSON.stringify(experiencedAnalysis(plain, undefined))).toBe(JSON.stringify(plain));
    }
  });

  it('moves the odds, the expectation and the confidence, and neither the call nor what the model says', () => {
    const options = { restarts: 1, scoreQuantile: 0 };
    const plain = analyse(candles, options);
    const { risk, confidence, ...rest } = experiencedAnalysis(plain, experience);
    const { risk: before, confidence: _, ...same } = plain;
    expect(rest).toEqual(same);
    expect(risk!.probNeither).toBeGreaterThan(before!.probNeither);
    expect(risk!.probTpHit / risk!.probSlHit).toBeCloseTo(
      (Math.exp(-0.4) * before!.probTpHit) / before!.probSlHit,
      9,
    );
    expect(risk!.probTpHit + risk!.probSlHit + risk!.probNeither).toBeCloseTo(1, 12);
    expect(confidence).toBeCloseTo(risk!.probTpHit, 12);
    const { reward, risk: stop, cost, neitherReturn } = plain.modelTrade!;
    const expected =
      risk!.probTpHit * (reward - cost) -
      risk!.probSlHit * (stop + cost) +
      risk!.probNeither * (neitherReturn - cost);
    expect(risk!.expectedR).toBeCloseTo(expected / stop, 12);
  });
});
