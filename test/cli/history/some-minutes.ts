import type { CandleColumns } from '../../../models/candle-columns.ts';
import { candlesOf, minuteMs } from '../../../cli/history/minutes.ts';

/** Candles at times, whose prices and volume follow from the time and a number. */
export function candlesAt(times: readonly number[], price = 100): CandleColumns {
  const of = (value: (minute: number) => number) =>
    Float64Array.from(times, (time) => value(time / minuteMs));
  return candlesOf(
    [
      Float64Array.from(times),
      of((i) => price + (i % 7)),
      of((i) => price + (i % 7) + 2),
      of((i) => price + (i % 7) - 1),
      of((i) => price + (i % 7) + 1),
      of((i) => 1 + (i % 5)),
    ],
    'traded',
  );
}

/** `count` minutes from a time on. */
export const minutesFrom = (from: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + i * minuteMs);
