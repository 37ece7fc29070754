import { ofBars } from '../../../operators/candles/candles-of-bars.ts';
import type { WindowGrid } from '../../../models/calendar/window-grid.ts';
import type { Candle } from '../../../schema/candle.ts';
import { minuteMs, type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import type { SpacedCandles } from '../../candles/spaced-candles.ts';

/** A stretch `[from, to)` of a file that is over at `to`, Unix ms. */
export interface FileStep {
  readonly from: number;
  readonly to: number;
  /** What the candle windows take: its minute, or a longer candle as if all of it came in its first minute. Undefined: nothing traded. */
  readonly candle: Candle | undefined;
}

export interface FileStepsOptions {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly grid: WindowGrid;
}

/** Are a file's candles those of the timeframe already, so that none are folded? */
export const areWhole = ({ spacingMs }: SpacedCandles, timeframe: Timeframe): boolean =>
  spacingMs === timeframeMs[timeframe];

/** The first window that a file which begins at `first` does not cut off. */
export function beginOf(grid: WindowGrid, first: number): number {
  const open = grid.openOf(first);
  return open === first ? first : grid.closeOf(open);
}

/**
 * The steps of a file in order, without gaps: a candle each, minutes at least, and where the file has none up to the next close of a window.
 * It begins with the first window that the file does not cut off.
 */
export function* fileSteps(minutes: SpacedCandles, options: FileStepsOptions): Generator<FileStep> {
  const { grid, symbol, timeframe } = options;
  const { time, spacingMs } = minutes;
  const length = Math.max(spacingMs, minuteMs);
  const isWhole = areWhole(minutes, timeframe);
  let at = time.length === 0 ? 0 : isWhole ? time[0]! : beginOf(grid, time[0]!);
  for (let t = 0; t < time.length;) {
    const from = isWhole ? time[t]! : Math.floor(time[t]! / length) * length;
    let end = t + 1;
    while (end < time.length && time[end]! < from + length) end++;
    if (from >= at) {
      while (at < from) {
        const to = Math.min(from, grid.closeOf(grid.openOf(at)));
        yield { from: at, to, candle: undefined };
        at = to;
      }
      at = from + length;
      yield { from, to: at, candle: candleOf(minutes, t, end, isWhole ? timeframe : '1min', symbol) };
    }
    t = end;
  }
}

/** The file's candles `[from, to)` as one: they are shorter than a minute where there is more than one. */
function candleOf(
  { time, open, high, low, close, volume, volumeKind }: SpacedCandles,
  from: number,
  to: number,
  timeframe: Timeframe,
  symbol: string,
): Candle {
  const candle: Candle = {
    symbol,
    timeframe,
    openTime: time[from]!,
    closeTime: time[from]! + timeframeMs[timeframe],
    open: open[from]!,
    high: high[from]!,
    low: low[from]!,
    close: close[to - 1]!,
    volume: volume[from]!,
    volumeKind,
    ...ofBars,
  };
  for (let i = from + 1; i < to; i++) {
    candle.high = Math.max(candle.high, high[i]!);
    candle.low = Math.min(candle.low, low[i]!);
    candle.volume += volume[i]!;
  }
  return candle;
}
