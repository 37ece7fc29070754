import type { Candle } from '../../schema/candle.ts';
import { minuteMs, timeframeMs } from '../../schema/timeframe.ts';

/**
 * Is a candle complete soon enough to be acted on? At most 60 s after its close, or a tenth of its timeframe where that is less.
 * `now` Unix ms.
 */
export function isTimely(candle: Candle, now: number): boolean {
  return candle.complete && now - candle.closeTime <= Math.min(minuteMs, timeframeMs[candle.timeframe] / 10);
}
