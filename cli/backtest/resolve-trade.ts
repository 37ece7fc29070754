import { ended, followBar, openTrade } from '../../operators/signals/outcomes/outcomes.ts';
import type { SpacedCandles } from '../candles/spaced-candles.ts';
import type { Outcome } from '../../schema/signal.ts';

export interface Trade {
  side: 1 | -1;
  entry: number;
  tp: number;
  sl: number;
  /** Unix ms: entered at the close of a bar, given up at `until`, the end of the horizon. */
  from: number;
  until: number;
}

export interface Resolution {
  end: 'tp' | 'sl' | 'neither';
  /** Unix ms of the close of the candle that decided, or of the end of the horizon. */
  at: number;
  exit: number;
  /** Both levels lay in that candle; the stop was counted. */
  ambiguous: boolean;
}

/**
 * How a trade ends on the candles after its entry, minutes at best, by the server's own `followBar`: at TP, at SL, or at the close of the last one
 * before `until`, whatever time without trades lies between. Null where the data end before either. Who counts trades takes only
 * those whose horizon the data reach: near the end the ones that met a level early would count and the others would not.
 */
export function resolveTrade(minutes: SpacedCandles, trade: Trade, first: number): Resolution | null {
  const { time, open, high, low, close, spacingMs } = minutes;
  const { side: direction, entry, tp, sl, from, until: expiresAt } = trade;
  const followed = openTrade({ id: '', direction, entry, tp, sl, from, expiresAt, cost: 0 });
  for (let m = first; m < time.length && time[m]! < expiresAt; m++) {
    const bar = { openTime: time[m]!, open: open[m]!, high: high[m]!, low: low[m]!, close: close[m]! };
    const outcome = followBar(followed, bar, time[m]! + spacingMs);
    if (outcome !== null) return resolutionOf(outcome);
  }
  if (!reaches(minutes, expiresAt)) return null;
  return resolutionOf(ended(followed, 'expired', followed.last, expiresAt));
}

/** Do the minutes go on to a time, so that all that came before it is known? */
export function reaches({ time, spacingMs }: SpacedCandles, until: number): boolean {
  return time.length > 0 && time.at(-1)! + spacingMs >= until;
}

const resolutionOf = ({ status, resolved_at, exit_price, ambiguous_bar }: Outcome): Resolution => ({
  end: status === 'tp' || status === 'sl' ? status : 'neither',
  at: resolved_at,
  exit: exit_price,
  ambiguous: ambiguous_bar,
});

/** Index of the first minute that opens at or after a time. */
export function firstMinuteAt(minutes: SpacedCandles, time: number): number {
  let low = 0;
  let high = minutes.time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (minutes.time[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
