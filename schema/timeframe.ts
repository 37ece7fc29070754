import { z } from 'zod';

/** Every timeframe the server knows, shortest first. */
export const timeframes = ['1min', '5min', '15min', '30min', '1h', '2h', '4h', '1day'] as const;

export const Timeframe = z.enum(timeframes);
export type Timeframe = z.infer<typeof Timeframe>;

/** A minuteMs, ms. */
export const minuteMs = 60_000;

/** Nominal length of a window, ms. A `1day` window on a New York grid is an hour shorter or longer twice a year. */
export const timeframeMs: Readonly<Record<Timeframe, number>> = Object.freeze({
  '1min': minuteMs,
  '5min': 5 * minuteMs,
  '15min': 15 * minuteMs,
  '30min': 30 * minuteMs,
  '1h': 60 * minuteMs,
  '2h': 120 * minuteMs,
  '4h': 240 * minuteMs,
  '1day': 1440 * minuteMs,
});
