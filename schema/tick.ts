import { z } from 'zod';

/** One price from the feed. Both times are Unix ms; prices in quote currency, > 0; dayVolume cumulative over the day. */
export const Tick = z.strictObject({
  symbol: z.string(),
  price: z.number(),
  eventTime: z.number(),
  receivedTime: z.number(),
  bid: z.number().optional(),
  ask: z.number().optional(),
  dayVolume: z.number().optional(),
});
export type Tick = z.infer<typeof Tick>;
