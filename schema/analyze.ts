import { z } from 'zod';
import { PostedCandles } from './posted-candles.ts';
import { timeframe } from './query-fields.ts';
import { ErrorAnswer } from './rest.ts';
import { Owner } from './strategies/assignment.ts';
import { Decision } from './signal.ts';
import { spacingProblem, timeframeOf } from './spacing.ts';
import { SymbolName } from './symbol/symbol.ts';
import { Timeframe, timeframes } from './timeframe.ts';

/** Candles of one symbol and timeframe. Without `timeframe` it is derived from the spacing of the candles. */
const windowBody = (needed: string) =>
  z
    .object(
      { symbol: SymbolName, timeframe: timeframe.optional(), candles: PostedCandles },
      { error: `the body must be an object with ${needed}` },
    )
    .transform((body, context) => {
      const times = body.candles.map((bar) => bar.openTime);
      const own = body.timeframe ?? timeframeOf(times);
      const problem = spacingProblem(times, own);
      if (problem !== undefined)
        context.addIssue({
          code: 'custom',
          path: [own === undefined ? 'timeframe' : 'candles'],
          message: problem,
        });
      return {
        symbol: body.symbol,
        timeframe: own ?? timeframes[0],
        /** At least 250, oldest first. */
        candles: body.candles,
      };
    });

/** `POST /analyze`. */
export const AnalyzeBody = windowBody('symbol and candles');
export type AnalyzeBody = z.infer<typeof AnalyzeBody>;

/** `POST /api/candle-complete`: the last candle has just closed. */
export const CandleCompleteBody = windowBody('symbol, timeframe and candles');
export type CandleCompleteBody = z.infer<typeof CandleCompleteBody>;

export const AnalyzeAnswer = z.object({ success: z.literal(true), ...Decision.shape });
export type AnalyzeAnswer = z.infer<typeof AnalyzeAnswer>;

/** `signal_changed`: this close changed the state of its symbol and timeframe. */
export const CandleCompleteAnswer = z.discriminatedUnion('status', [
  z.object({
    success: z.literal(true),
    status: z.literal('success'),
    symbol: z.string(),
    timeframe: Timeframe,
    received: z.number().int(),
    /** Close of the last candle posted, Unix ms. */
    close_time: z.number().int(),
    /** Who decided. */
    ...Owner.omit({ version: true }).partial().shape,
    signal_changed: z.boolean(),
    /** This close was decided before: nothing has changed. */
    repeated: z.boolean(),
    /** A later close of this symbol and timeframe was decided before: nothing has changed. */
    stale: z.boolean(),
    /** The id under which a BUY or SELL was issued by this close. */
    signal_id: z.string().nullable(),
    /** The decision; for a repeated or stale close the latest decision. Its `close_time` identifies the close. */
    decision: Decision,
    /** Where several assignments decide on it, what each has decided, the first one's as above first. */
    assignments: z
      .array(
        z.object({
          ...Owner.omit({ version: true }).shape,
          signal_changed: z.boolean(),
          repeated: z.boolean(),
          stale: z.boolean(),
          signal_id: z.string().nullable(),
          decision: Decision,
        }),
      )
      .optional(),
  }),
  z.object({
    success: z.literal(false),
    status: z.literal('insufficient_data'),
    required: z.number().int(),
    received: z.number().int(),
  }),
]);
export type CandleCompleteAnswer = z.infer<typeof CandleCompleteAnswer>;

/** The last candle is still forming: nothing was decided. Times Unix ms. */
export const NotClosedAnswer = z.object({
  ...ErrorAnswer.shape,
  close_time: z.number().int(),
  now: z.number(),
});
