import { z } from 'zod';

/** What the demo was filled with at its first start: nobody traded on it, and nothing of it was posted. */
export const SimulatedHistory = z.object({
  /** First and last time that was analysed, Unix ms: all that closed at or before `to` is simulated history. */
  from: z.number(),
  to: z.number(),
  symbols: z.number().int(),
  candles: z.number().int(),
  analyses: z.number().int(),
  signals: z.number().int(),
  /** Signals that have ended within it. */
  resolved: z.number().int(),
  /** How long it took, ms. */
  took_ms: z.number(),
});
export type SimulatedHistory = z.infer<typeof SimulatedHistory>;
