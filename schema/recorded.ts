import { z } from 'zod';
import { Candle } from './candle.ts';
import { Tick } from './tick.ts';
import { Timeframe } from './timeframe.ts';

const Bar = z.strictObject({
  openTime: z.number(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number().optional(),
});

/** What happened beside ticks that decides about candles and signals. `at`: when, on the market's clock, Unix ms. */
export const RecordedEvent = z.discriminatedUnion('kind', [
  /** A symbol's actor listens from now on. */
  z.strictObject({ kind: z.literal('started'), at: z.number(), symbol: z.string() }),
  z.strictObject({ kind: z.literal('released'), at: z.number(), symbol: z.string() }),
  /** `to` null: it goes on. */
  z.strictObject({
    kind: z.literal('interruption'),
    at: z.number(),
    from: z.number(),
    to: z.number().nullable(),
    reason: z.string(),
  }),
  /** REST's minutes of `[from, to)`. */
  z.strictObject({
    kind: z.literal('minutes'),
    at: z.number(),
    symbol: z.string(),
    from: z.number(),
    to: z.number(),
    bars: z.array(Bar),
  }),
  /** What REST has added to a history, and its windows without a trade, by their opens. */
  z.strictObject({
    kind: z.literal('backfilled'),
    at: z.number(),
    symbol: z.string(),
    timeframe: Timeframe,
    candles: z.array(Candle),
    empty: z.array(z.number()),
  }),
  /** A live close was decided: its analysis met the prices up to here. */
  z.strictObject({
    kind: z.literal('decided'),
    at: z.number(),
    symbol: z.string(),
    timeframe: Timeframe,
    closeTime: z.number(),
  }),
  /** The economic calendar of the decisions that follow. */
  z.strictObject({
    kind: z.literal('calendar'),
    at: z.number(),
    state: z.enum(['fresh', 'stale', 'unknown']),
    events: z.array(
      z.strictObject({
        title: z.string(),
        country: z.string(),
        time: z.number(),
        impact: z.enum(['High', 'Medium', 'Low', 'Holiday']),
      }),
    ),
  }),
  /** The server ended in good order. */
  z.strictObject({ kind: z.literal('stopped'), at: z.number() }),
  /** At the head of a file: whose actors listen. The files before may be gone. */
  z.strictObject({ kind: z.literal('listening'), symbols: z.array(z.string()) }),
  /** So many lines belong here and could not be written. */
  z.strictObject({ kind: z.literal('lost'), lines: z.number().int() }),
]);
export type RecordedEvent = z.infer<typeof RecordedEvent>;

/** A line of a recording: a tick as it was accepted, or another event. */
export const Recorded = z.union([Tick, RecordedEvent]);
export type Recorded = Tick | RecordedEvent;
