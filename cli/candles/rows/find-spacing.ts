import { DataError } from '../../command.ts';
import { commonestOf, inWords } from '../../../schema/spacing.ts';

export interface Spacing {
  readonly ms: number;
  /** The longest time between two candles, and where it begins. */
  readonly longest: { readonly ms: number; readonly from: number };
}

/** Equal larger steps in a row that are no gaps of a thin market any more. */
const RUN = 30;
/** Of the commonest step, even in a thin market. */
const LEAST_SHARE = 0.1;

/**
 * How far sorted candles (Unix ms) are apart: the commonest step. Larger ones are gaps: nights, weekends, minutes without a trade. Throws a
 * DataError for a single candle, and where a stretch of the file has candles of another length.
 */
export function findSpacing(time: Float64Array): Spacing {
  if (time.length < 2) throw new DataError('the file has a single candle: how long it lasts cannot be told');
  // Of a part of the largest files: distinct steps take memory.
  const part = time.subarray(1, 1_000_000);
  const ms = commonestOf(part.map((at, i) => at - time[i]!));
  let longest = { ms: 0, from: time[0]! };
  let [run, before, shorter, equal] = [0, 0, 0, 0];
  for (let i = 1; i < time.length; i++) {
    const step = time[i]! - time[i - 1]!;
    if (step > longest.ms) longest = { ms: step, from: time[i - 1]! };
    run = step !== ms && step === before ? run + 1 : 1;
    before = step;
    if (step < ms) shorter++;
    if (step === ms) equal++;
    if (run >= RUN || (shorter > 10 && shorter > 0.01 * time.length))
      throw new DataError(
        `the candles are ${inWords(ms)} apart, but about ${iso(time[i - run]!)} they are ${inWords(step)} apart: give each length a file`,
      );
  }
  if (equal < LEAST_SHARE * (time.length - 1))
    throw new DataError(
      `the candles have no one length: ${inWords(ms)} is the commonest, and only ${Math.floor((100 * equal) / (time.length - 1))} % have it`,
    );
  return { ms, longest };
}

const iso = (time: number): string => new Date(time).toISOString();
