import type { CandleColumns } from '../../models/candle-columns.ts';

export interface Trade {
  side: 1 | -1;
  entry: number;
  tp: number;
  sl: number;
  /** Unix ms: entered at the close of a bar, given up at `until`. */
  from: number;
  until: number;
}

export interface Resolution {
  end: 'tp' | 'sl' | 'neither';
  /** Unix ms of the close of the minute that decided. */
  at: number;
  exit: number;
  /** Both levels lay in that minute; the stop was counted. */
  ambiguous: boolean;
}

/**
 * How a trade ends on the minutes after its entry: at TP, at SL, or at the close of the last minute before `until`. Null where the
 * data end first. Levels fill at their price, a gap through the stop at the minute's open.
 */
export function resolveTrade(minutes: CandleColumns, trade: Trade, first: number): Resolution | null {
  const { time, open, high, low, close } = minutes;
  for (let m = first; m < time.length; m++) {
    const at = time[m]! + 60_000;
    const best = trade.side === 1 ? high[m]! : low[m]!;
    const worst = trade.side === 1 ? low[m]! : high[m]!;
    const won = trade.side * (best - trade.tp) >= 0;
    const lost = trade.side * (worst - trade.sl) <= 0;
    if (lost) {
      const gapped = trade.side * (open[m]! - trade.sl) < 0;
      return { end: 'sl', at, exit: gapped ? open[m]! : trade.sl, ambiguous: won };
    }
    if (won) return { end: 'tp', at, exit: trade.tp, ambiguous: false };
    if (at >= trade.until) return { end: 'neither', at, exit: close[m]!, ambiguous: false };
  }
  return null;
}

/** Index of the first minute that opens at or after a time. */
export function firstMinuteAt(minutes: CandleColumns, time: number): number {
  let low = 0;
  let high = minutes.time.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (minutes.time[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
