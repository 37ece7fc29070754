import type { Grid } from '../../models/calendar/missing-windows.ts';
import type { Bar, Candle } from '../../schema/candle.ts';
import type { Timeframe } from '../../schema/timeframe.ts';

/**
 * Bars of REST as closed candles of one timeframe. Bars shorter than its windows are folded into them, so a grid that the
 * provider does not know can still be served.
 *
 * bars: oldest first, all finished. Volume is 0 of kind `none` where the provider gives none, `mixed` where some lack it.
 */
export function candlesOfBars(
  bars: readonly Bar[],
  { symbol, timeframe, grid }: { symbol: string; timeframe: Timeframe; grid: Grid },
): Candle[] {
  const candles: Candle[] = [];
  for (const bar of bars) {
    const openTime = grid.openOf(bar.openTime);
    const last = candles.at(-1);
    if (last?.openTime === openTime) candles[candles.length - 1] = joined(last, bar);
    else candles.push(begun(bar, symbol, timeframe, openTime, grid.closeOf(openTime)));
  }
  return candles;
}

/** What a candle is that no tick has made. */
export const ofBars = {
  ticks: 0,
  complete: true,
  source: 'rest',
  lateTicks: 0,
  longestSilenceMs: 0,
  revision: 0,
} as const;

function begun(bar: Bar, symbol: string, timeframe: Timeframe, openTime: number, closeTime: number): Candle {
  const { open, high, low, close, volume } = bar;
  return {
    symbol,
    timeframe,
    openTime,
    closeTime,
    open,
    high,
    low,
    close,
    volume: volume ?? 0,
    volumeKind: volume === undefined ? 'none' : 'traded',
    ...ofBars,
  };
}

const joined = (candle: Candle, bar: Bar): Candle => ({
  ...candle,
  high: Math.max(candle.high, bar.high),
  low: Math.min(candle.low, bar.low),
  close: bar.close,
  volume: candle.volume + (bar.volume ?? 0),
  volumeKind: (bar.volume === undefined) === (candle.volumeKind === 'none') ? candle.volumeKind : 'mixed',
});
