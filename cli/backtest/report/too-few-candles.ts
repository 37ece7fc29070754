import { inWords } from '../../../schema/spacing.ts';
import { type Timeframe, timeframeMs, timeframes } from '../../../schema/timeframe.ts';
import { aggregateCandles } from '../../aggregate-candles.ts';
import type { SpacedCandles } from '../../candles/spaced-candles.ts';

/**
 * Why `made` candles of a timeframe are too few, and the way out: the longest shorter timeframe of which the file makes enough for a
 * decision and its horizon, if there is one, and the length of file that this timeframe needs.
 */
export function tooFewCandles(
  minutes: SpacedCandles,
  {
    timeframe,
    made,
    bars,
    horizonBars,
  }: { timeframe: Timeframe; made: number; /** Of a window. */ bars: number; horizonBars: number },
): string {
  const barMs = timeframeMs[timeframe];
  const shorter = timeframes
    .filter((one) => timeframeMs[one] < barMs && timeframeMs[one] % minutes.spacingMs === 0)
    .map((one) => ({ one, makes: aggregateCandles(minutes, timeframeMs[one]).time.length }))
    .findLast(({ makes }) => makes >= bars + horizonBars);
  const other =
    shorter === undefined ? '' : `--timeframe ${shorter.one} makes ${count(shorter.makes)} of it; `;
  const need = bars * barMs;
  return (
    `the file makes ${count(made)} whole candles of ${timeframe}, and ${bars} are needed before the first decision: ` +
    `${other}${timeframe} takes a file of at least ${count(need / 60_000)} minutes (${inWords(need)}) of an open market`
  );
}

const count = (n: number): string => n.toLocaleString('en');
