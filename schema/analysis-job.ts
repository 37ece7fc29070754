import { z } from 'zod';
import { AnalysisResult } from './analysis-result.ts';
import { Experience } from './strategies/experience.ts';
import { ExactNumber } from './outside/exact-number.ts';
import { Timeframe } from './timeframe.ts';

/** The BullMQ queue of analyses. */
export const analysisQueue = 'analysis';

/** The pub/sub channel of Redis for results: only the requester subscribes to it, and each connection uses a new one. */
export const answerChannelPrefix = 'bull:analysis:answers:';
/** The pub/sub channel of Redis on which every worker of the queue shows that it lives. */
export const aliveChannel = 'bull:analysis:alive';
const channel = z.string().startsWith(answerChannelPrefix).max(100);

/** Characters of one candle in `packed`: six float64 are a whole number of base64 groups. */
const candleCharacters = 64;
const number = ExactNumber.optional();

/** The columns as packColumns packs them (models/candle-columns.ts): float64, little endian, base64. */
const packed = z.base64().refine((text) => text.length % candleCharacters === 0 && !text.endsWith('='), {
  error: 'must hold six columns of one length',
});
const volumeKind = z.enum(['traded', 'ticks', 'mixed', 'none']);

/** Who decides, where it is not the built-in rule: `StrategyClose` of strategy/run/decide.ts. */
const JobStrategy = z.strictObject({
  name: z.string().max(50),
  version: z.string().max(100),
  params: z.record(z.string(), z.json()),
  symbol: z.string().max(100),
  timeframe: Timeframe,
  closeTime: ExactNumber,
  frames: z.partialRecord(Timeframe, z.strictObject({ packed, volumeKind })),
});

/** One analysis as it waits in Redis. */
export const AnalysisJob = z.strictObject({
  channel,
  lane: z.enum(['live', 'request']),
  /** The requester no longer waits this long after the job's time, ms. */
  limitMs: z.number().positive(),
  packed,
  volumeKind,
  strategy: JobStrategy.optional(),
  /** `AnalyseOptions` of models/decision/analyse.ts. */
  options: z.strictObject({
    seed: number,
    costBps: number,
    minReward: number,
    horizonBars: number,
    experience: Experience.optional(),
    calibration: z.strictObject({ intercept: ExactNumber, n: ExactNumber }).optional(),
    profile: z
      .strictObject({ version: ExactNumber, barMs: ExactNumber, slots: z.array(ExactNumber).length(48) })
      .optional(),
    varianceSpread: number,
    restarts: number,
    minAgreement: number,
    scoreQuantile: number,
    scoreBars: number,
    driftScale: number,
    windowWeight: number,
    stopMultiple: number,
    rewardMultiple: number,
    maxCostShare: number,
    jumpStep: number,
  }),
});
export type AnalysisJob = z.infer<typeof AnalysisJob>;

/** The part of a job that must be readable for its requester to be informed that the rest is not. */
export const AnsweredJob = z.object({ channel });

const id = z.string();

/** Messages to the requester about its job. */
export const AnalysisAnswer = z.discriminatedUnion('kind', [
  /** A thread has started it; sent again where another worker took it over. */
  z.strictObject({ kind: z.literal('begun'), id, worker: z.string(), threads: z.int().positive() }),
  z.strictObject({ kind: z.literal('done'), id, analysis: AnalysisResult }),
  z.strictObject({ kind: z.literal('timeout'), id, timeoutMs: z.number() }),
  z.strictObject({ kind: z.literal('failed'), id, name: z.string(), message: z.string() }),
]);
export type AnalysisAnswer = z.infer<typeof AnalysisAnswer>;

/** The part of a message that must be readable for its job to fail instead of waiting until its timeout. */
export const AnsweredId = z.object({ id });
