import { minuteMs } from './minutes.ts';
import { type Span, without } from './spans.ts';

export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Time of an open market in it, ms. */
  readonly openMs: number;
  /** Has it been asked for, or given, so that its minutes are known to have no candle? */
  readonly isKnown: boolean;
}

/** Stretches without candles between the first and the last of sorted times, in which the market is open for a minute at least. */
export function findGaps(
  time: Float64Array,
  spans: readonly Span[],
  openMillis: (from: number, to: number) => number,
): Gap[] {
  const gaps: Gap[] = [];
  for (let i = 1; i < time.length; i++) {
    const from = time[i - 1]! + minuteMs;
    const to = time[i]!;
    if (from >= to) continue;
    const openMs = openMillis(from, to);
    if (openMs < minuteMs) continue;
    gaps.push({ from, to, openMs, isKnown: without([from, to], spans).length === 0 });
  }
  return gaps;
}
