import { z } from 'zod';
import { Timeframe } from './timeframe.ts';

/** What a delivery job carries: which post it wakes, and what the operator reads on the queue's page. No secrets. */
export const PostJob = z.strictObject({
  id: z.string(),
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
