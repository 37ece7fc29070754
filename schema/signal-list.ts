import { z } from 'zod';
import { format, ofSymbol, ofTimeframe, timeOf, wholeText } from './query-fields.ts';
import { Signal, SignalStatus } from './signal.ts';

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
