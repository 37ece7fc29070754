import { inWords } from '../../schema/spacing.ts';
import { type Timeframe, timeframeMs } from '../../schema/timeframe.ts';
import { DataError } from '../command.ts';
import type { SpacedCandles } from './spaced-candles.ts';

/** Throws a DataError where a file's candles cannot be folded to those of a timeframe. */
export function checkSpacing({ spacingMs }: SpacedCandles, timeframe: Timeframe): void {
  if (timeframeMs[timeframe] % spacingMs === 0) return;
  throw new DataError(
    `candles of ${inWords(spacingMs)} cannot be made into candles of ${timeframe}: choose another --timeframe, or a file of minutes`,
  );
}
