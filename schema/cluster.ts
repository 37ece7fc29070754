import { z } from 'zod';
import { CandleCompleteAnswer } from './analyze.ts';
import { Candle } from './candle.ts';
import { Article, HealthPart, NewsEvent, WatchedSymbol } from './rest.ts';
import { Forecast } from './forecast.ts';
import { Decision, Outcome } from './signal.ts';
import { StrategiesAnswer } from './strategies/listed-strategies.ts';
import { Tick } from './tick.ts';
import { Timeframe } from './timeframe.ts';
import { WatchAnswer } from './symbol/watch-answer.ts';
import { FeedFrame } from './wire.ts';

/** Messages of an ingest to the gateways over the bus. Any may get lost: what must not is read from the store. */
export const BusMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tick'), tick: Tick }),
  z.object({ kind: z.literal('candle'), candle: Candle, closed: z.boolean() }),
  z.object({ kind: z.literal('feed'), frame: FeedFrame }),
  z.object({ kind: z.literal('released'), symbol: z.string() }),
  /** The result of requesting a symbol: sent once, and again where it is revoked. */
  z.object({
    kind: z.literal('verdict'),
    symbol: z.string(),
    answer: WatchAnswer,
  }),
  /** The outcome of a reversed signal's levels: gateways learn from it, clients never receive it. */
  z.object({ kind: z.literal('levels'), forecast: Forecast, outcome: Outcome }),
  /** The signal log has grown. */
  z.object({ kind: z.literal('log') }),
  /** A decision that changed nothing, committed. */
  z.object({
    kind: z.literal('decided'),
    last: z.object({
      symbol: z.string(),
      timeframe: Timeframe,
      signal: Decision,
      timestamp: z.number(),
    }),
  }),
]);
export type BusMessage = z.infer<typeof BusMessage>;

/** What a process shows the others of its installation. */
export const ProcessCard = z.object({
  /** Its host, pid and a random part. */
  id: z.string(),
  roles: z.array(z.string()),
  /** The settings that it reads and others must agree with, by name: a hash, and the value in short. No secret is among them. */
  settings: z.record(z.string(), z.object({ hash: z.string(), value: z.string() })),
});
export type ProcessCard = z.infer<typeof ProcessCard>;

/** What each batch of messages begins with: the term of the ingest that sends it. */
export const BusTerm = z.object({ kind: z.literal('term'), term: z.number() });
export type BusTerm = z.infer<typeof BusTerm>;

/** The state of an ingest, published each second. */
export const Snapshot = z.object({
  /** Of the ingest; one of a former version tells of none. */
  term: z.number().default(0),
  /** Grows with each one of a process: the same again is an old one, ms. */
  taken: z.number().default(0),
  /** Id of the publishing process. */
  ingest: z.string(),
  feed: FeedFrame,
  symbols: z.array(WatchedSymbol),
  /** Median spread by symbol, basis points. */
  spreads: z.record(z.string(), z.number()),
  /** Symbols known only from posted candles. */
  posted: z.array(z.string()),
  calendar: z.object({ state: z.enum(['fresh', 'stale', 'unknown']), events: z.array(NewsEvent) }),
  /** Null: no news service is configured. */
  articles: z.array(Article).nullable(),
  parts: z.record(z.string(), HealthPart),
  /** Reasons why it is not ready for traffic. */
  reasons: z.array(z.string()),
});
export type Snapshot = z.infer<typeof Snapshot>;

/** The strategies and assignments, as the ingest has them. */
export const StrategiesReply = StrategiesAnswer.omit({ success: true });
export type StrategiesReply = z.infer<typeof StrategiesReply>;

/** The result of a posted close: an answer, or the problem to return to its sender. */
export const CloseReply = z.union([
  z.object({ answer: CandleCompleteAnswer.options[0].omit({ success: true }) }),
  z.object({
    problem: z.object({
      status: z.number().int(),
      code: z.string(),
      message: z.string(),
      headers: z.record(z.string(), z.string()),
      fields: z.record(z.string(), z.number()).default({}),
    }),
  }),
]);
export type CloseReply = z.infer<typeof CloseReply>;
