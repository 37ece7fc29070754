import { z } from 'zod';
import { Timeframe } from './timeframe.ts';

/** A post reports that a signal was issued, or how it ended. */
export const PostKind = z.enum(['opening', 'end']);
export type PostKind = z.infer<typeof PostKind>;

/** What a delivery job carries: which post it wakes, and what the operator reads on the queue's page. No secrets. */
export const PostJob = z.strictObject({
  id: z.string(),
  /** @default opening, as in jobs of former versions */
  kind: PostKind.default('opening'),
  channel: z.string(),
  symbol: z.string(),
  timeframe: Timeframe,
  action: z.enum(['BUY', 'SELL', 'WAIT']),
  entry: z.number(),
  tp: z.number().nullable(),
  sl: z.number().nullable(),
  /** ISO 8601, for a reader. */
  expiresAt: z.string(),
});
export type PostJob = z.infer<typeof PostJob>;
