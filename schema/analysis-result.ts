import { z } from 'zod';
import { ExactNumber } from './outside/exact-number.ts';

const number = ExactNumber;
const orNull = number.nullable();
const numbers = z.array(number);
const side = z.enum(['BUY', 'SELL']);
const levels = z.array(z.strictObject({ price: number, touches: number }));

const MarketContext = z.strictObject({
  trend: z.strictObject({
    direction: z.enum(['up', 'down', 'flat']),
    slope: number,
    tStatistic: number,
    r2: number,
  }),
  volatility: z.strictObject({
    perBar: number,
    garmanKlass: number,
    parkinson: number,
    closeToClose: number,
    ratio: orNull,
  }),
  volumeSurge: orNull,
  support: orNull,
  resistance: orNull,
  levels: z.strictObject({ supports: levels, resistances: levels }),
  swings: z.array(z.strictObject({ kind: z.enum(['high', 'low']), bar: number, price: number })),
  breakout: z.strictObject({ direction: z.enum(['up', 'down', 'none']), rangeExpansion: orNull }),
  range: z.strictObject({
    position: number,
    threshold: number,
    isDiscount: z.boolean(),
    isPremium: z.boolean(),
  }),
});

/**
 * What one analysis found, as it crosses between machines: `Analysis` of models/decision/analysis.ts, where the fields are explained. In its
 * order: the hash of an analysis is over its JSON, wherever it was made.
 */
export const AnalysisResult = z.strictObject({
  modelVersion: z.string(),
  seed: number,
  entry: number,
  horizonBars: number,
  direction: z.enum(['BUY', 'SELL', 'WAIT']),
  tp: orNull,
  sl: orNull,
  confidence: number,
  reasons: z.array(z.string()),
  candidate: z.strictObject({ direction: side, tp: number, sl: number }).nullable(),
  risk: z
    .strictObject({
      riskRewardRatio: number,
      potentialProfitPct: number,
      potentialLossPct: number,
      probTpHit: number,
      probSlHit: number,
      probNeither: number,
      breakevenProbability: number,
      expectedValue: number,
      expectedValuePct: number,
      expectedR: number,
    })
    .nullable(),
  modelTrade: z
    .strictObject({
      probTpHit: number,
      probSlHit: number,
      probNeither: number,
      neitherReturn: number,
      reward: number,
      risk: number,
      cost: number,
    })
    .nullable(),
  marketContext: MarketContext.nullable(),
  distance: z.strictObject({
    toEntryPct: number,
    toTpPct: orNull,
    toSlPct: orNull,
    toSupportPct: orNull,
    toResistancePct: orNull,
    isWithinRange: z.boolean(),
  }),
  isBreakout: z.boolean(),
  isDiscounted: z.boolean(),
  regime: z.strictObject({
    state: z.enum(['bearish', 'neutral', 'bullish']),
    index: number,
    probabilities: z.strictObject({ bearish: number, neutral: number, bullish: number }),
    expectedDurationBars: number,
    runs: z.array(z.strictObject({ state: z.enum(['bearish', 'neutral', 'bullish']), bars: number })),
  }),
  score: number,
  threshold: number,
  agreement: orNull,
  horizonVolatility: number,
  varianceFactors: z.strictObject({ timeOfDay: number, lasting: number, presence: number }),
  giveBack: number,
  oddsDisagreement: orNull,
  oddsStandardError: orNull,
  hmm: z
    .strictObject({
      startProbability: numbers,
      transition: numbers,
      means: numbers,
      variances: numbers,
      logLikelihood: number,
      iterations: number,
      converged: z.boolean(),
      drifts: numbers,
      volatilities: numbers,
    })
    .nullable(),
  discontinuity: z
    .strictObject({
      kind: z.enum(['step', 'print', 'apart', 'unconfirmed', 'still', 'frozen']),
      bar: number,
      size: number,
    })
    .nullable(),
  strategy: z
    .strictObject({
      name: z.string(),
      version: z.string(),
      tags: z.array(z.string()),
      fault: z
        .strictObject({
          kind: z.enum(['wrong', 'threw', 'late', 'memory', 'ended', 'stopped']),
          message: z.string(),
        })
        .nullable(),
    })
    .exactOptional(),
});
