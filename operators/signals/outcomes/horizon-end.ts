/** The windows of one timeframe and the hours of one market; see models/calendar/window-grid and models/calendar/market-hours. */
export interface HorizonGrid {
  openOf(time: number): number;
  closeOf(openTime: number): number;
  /** First instant at or after `time` at which the market is open, Unix ms. */
  nextOpen(time: number): number;
}

/**
 * Close of the `bars`-th window with market hours after a close, Unix ms: the horizon counts bars, so a weekend does not
 * use it up.
 */
export function horizonEnd(grid: HorizonGrid, closeTime: number, bars: number): number {
  let end = closeTime;
  for (let bar = 0; bar < bars; bar++) end = grid.closeOf(grid.openOf(grid.nextOpen(end)));
  return end;
}
