import { z } from 'zod';
import { Timeframe } from './timeframe.ts';

/** What a signal forecast for its levels, and the candles it was based on. */
export const Forecast = z.object({
  id: z.string(),
  symbol: z.string(),
  timeframe: Timeframe,
  /** Absent: the default one. */
  assignment: z.string().optional(),
  source: z.enum(['live', 'posted']),
  /** Raw `prob_tp_hit`; null where none was published. */
  probability: z.number().nullable(),
});
export type Forecast = z.infer<typeof Forecast>;
