import { z } from 'zod';
import { Owner } from './strategies/assignment.ts';
import { format, ofAssignment, ofMode, ofSymbol, ofTimeframe, timeOf, wholeText } from './query-fields.ts';
import { GateVerdict, Outcome, Signal, SignalStatus, SignalType } from './signal.ts';
import { Timeframe } from './timeframe.ts';

/** A place in the list of signals: all of that time and, where `id` is given, no further than that signal. */
export interface SignalCursor {
  /** Unix ms of `created_at`. */
  readonly createdAt: number;
  readonly id?: string;
}
const cursor = z
  .string()
  .max(100)
  .transform((text, context): SignalCursor => {
    const [, time, id] = /^([^_]+)(?:_([\w-]+))?$/.exec(text) ?? [];
    const createdAt = time === undefined ? Number.NaN : timeOf(time);
    if (!Number.isFinite(createdAt)) {
      context.addIssue({
        code: 'custom',
        message: 'must be a cursor of an earlier answer, Unix ms, Unix s or ISO',
      });
      return z.NEVER;
    }
    return id === undefined ? { createdAt } : { createdAt, id };
  });

/** Both ends are exclusive: older than `before`, newer than `since`, by (`created_at`, `id`). */
export const SignalsQuery = z.object({
  symbol: ofSymbol,
  timeframe: ofTimeframe,
  assignment: ofAssignment,
  mode: ofMode,
  status: z
    .enum(SignalStatus.options, { error: `must be one of ${SignalStatus.options.join(', ')}` })
    .optional()
    .describe('How it stands or ended.'),
  limit: wholeText(1, 500, 50),
  before: cursor.optional().describe('Older than this: the `next` of an earlier answer, or a time.'),
  since: cursor.optional().describe('Newer than this: the `latest` of an earlier answer, or a time.'),
  format,
});
export type SignalsQuery = z.infer<typeof SignalsQuery>;

/** Newest first. `next`: pass it as `before` for the page after; `latest`: as `since` for what comes. */
export const SignalsAnswer = z.object({
  success: z.literal(true),
  signals: z.array(Signal),
  next: z.string().nullable(),
  latest: z.string().nullable(),
});
export const SignalAnswer = z.object({ success: z.literal(true), signal: Signal });

/** A BUY or SELL that a gate withheld: told and posted to nobody, followed as if it had been issued. Times Unix ms. */
export const WithheldCall = z.object({
  /** The id that the signal would have had. */
  id: z.string(),
  symbol: z.string(),
  timeframe: Timeframe,
  gate: GateVerdict.shape.gate,
  reason: z.string(),
  signal_type: SignalType.exclude(['WAIT']),
  entry: z.number(),
  tp: z.number(),
  sl: z.number(),
  /** As it would have been published. */
  confidence: z.number().min(0).max(1),
  /** Close of its candle. */
  close_time: z.number(),
  created_at: z.number(),
  expires_at: z.number(),
  horizon_bars: z.number().int(),
  /** Whose call it was; absent in the answers of older servers. */
  ...Owner.omit({ version: true }).partial().shape,
  /** How it would have ended; null while it is followed. */
  outcome: Outcome.nullable(),
});
export type WithheldCall = z.infer<typeof WithheldCall>;

export const WithheldQuery = z.object({
  symbol: ofSymbol,
  timeframe: ofTimeframe,
  assignment: ofAssignment,
  mode: ofMode,
  limit: wholeText(1, 500, 50),
});
export type WithheldQuery = z.infer<typeof WithheldQuery>;

/** Newest first. */
export const WithheldAnswer = z.object({ success: z.literal(true), withheld: z.array(WithheldCall) });
