import { z } from 'zod';
import { PostedCandles } from './posted-candles.ts';
import { timeframe } from './query-fields.ts';
import { Decision } from './signal.ts';
import { SymbolName } from './symbol.ts';
import { Timeframe, timeframeMs, timeframes } from './timeframe.ts';

/** `POST /analyze`. Without `timeframe` the commonest spacing of the candles says it, else it is `1h`. */
export const AnalyzeBody = z
  .object(
    { symbol: SymbolName, timeframe: timeframe.optional(), candles: PostedCandles },
    { error: 'the body must be an object with symbol and candles' },
  )
  .transform((body) => ({
    symbol: body.symbol,
    timeframe: body.timeframe ?? spacingOf(body.candles.map((bar) => bar.openTime)) ?? '1h',
    /** At least 250, oldest first. */
    candles: body.candles,
  }));
export type AnalyzeBody = z.infer<typeof AnalyzeBody>;

/** `POST /api/candle-complete`: the last candle has just closed. */
export const CandleCompleteBody = z.object(
  { symbol: SymbolName, timeframe, candles: PostedCandles },
  { error: 'the body must be an object with symbol, timeframe and candles' },
);
export type CandleCompleteBody = z.infer<typeof CandleCompleteBody>;

export const AnalyzeAnswer = z.object({ success: z.literal(true), ...Decision.shape });
export type AnalyzeAnswer = z.infer<typeof AnalyzeAnswer>;

/** `changed`: this close changed the state of its symbol and timeframe. `repeated`: it was decided before. */
export const CandleCompleteAnswer = z.discriminatedUnion('status', [
  z.object({
    success: z.literal(true),
    status: z.literal('success'),
    symbol: z.string(),
    timeframe: Timeframe,
    received: z.number().int(),
    signal_changed: z.boolean(),
    repeated: z.boolean(),
    /** The id under which a BUY or SELL was issued by this close. */
    signal_id: z.string().nullable(),
    decision: Decision,
  }),
  z.object({
    success: z.literal(false),
    status: z.literal('insufficient_data'),
    required: z.number().int(),
    received: z.number().int(),
  }),
]);
export type CandleCompleteAnswer = z.infer<typeof CandleCompleteAnswer>;

/** Timeframe whose length is the commonest spacing of the sorted times, or undefined. */
function spacingOf(times: readonly number[]): Timeframe | undefined {
  const counts = new Map<number, number>();
  for (let i = 1; i < times.length; i++) {
    const spacing = times[i]! - times[i - 1]!;
    counts.set(spacing, (counts.get(spacing) ?? 0) + 1);
  }
  const [commonest] = [...counts].sort((a, b) => b[1] - a[1]);
  return timeframes.find((candidate) => timeframeMs[candidate] === commonest?.[0]);
}
