import { z } from 'zod';

/** The body of a posted signal, as the platform validates it. */
export const SignalBody = z.looseObject({
  symbol: z.string().min(1),
  action: z.enum(['BUY', 'SELL']),
  entry: z.number(),
  tp: z.number(),
  sl: z.number(),
  confidence: z.number(),
  reasoning: z.string(),
  volume: z.number().optional(),
  timeframe: z.string().optional(),
  signal_id: z.string().optional(),
  limit_orders: z.unknown().optional(),
});
export type SignalBody = z.infer<typeof SignalBody>;

/** A post that the platform stored. `at` in Unix ms. */
export interface ReceivedPost {
  readonly at: number;
  readonly id: string;
  readonly idempotencyKey: string | undefined;
  readonly body: SignalBody;
}
