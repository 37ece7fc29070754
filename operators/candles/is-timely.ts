import type { Candle } from '../../schema/candle.ts';
import { minuteMs, timeframeMs } from '../../schema/timeframe.ts';

/** Is a candle that became complete now still news? At most 60 s or a tenth of its timeframe after its close. */
export function isTimely(candle: Candle, now: number): boolean {
  return candle.complete && now - candle.closeTime <= Math.min(minuteMs, timeframeMs[candle.timeframe] / 10);
}
