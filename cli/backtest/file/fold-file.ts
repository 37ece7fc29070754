import { asapScheduler } from 'rxjs';
import { walkCloses } from '../../../app/walk/walk-closes.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import type { WindowGrid } from '../../../models/calendar/window-grid.ts';
import type { Candle } from '../../../schema/candle.ts';
import { minuteMs, type Timeframe } from '../../../schema/timeframe.ts';
import type { SpacedCandles } from '../../candles/spaced-candles.ts';
import { type FileMarket, fileMarkets } from './file-market.ts';
import { areWhole, beginOf, fileSteps } from './file-steps.ts';
import { firstMinuteAt } from './first-minute-at.ts';

/** The closed candles of a timeframe that a file makes in the server's own candle windows, and the close of each, Unix ms. */
export interface FoldedFile {
  readonly closed: readonly Candle[];
  /** The same, one array a field. */
  readonly candles: CandleColumns;
  readonly closeTimes: Float64Array;
}

export function foldFile({ minutes, symbol, timeframe }: FileMarket): FoldedFile {
  const folded: Candle[] = [];
  const walk = walkCloses(symbol, {
    clock: asapScheduler,
    timeframes: [timeframe],
    historySize: 1,
    marketOf: fileMarkets.of,
    gridOf: fileMarkets.gridOf,
    areWhole: areWhole(minutes, timeframe),
    isAnalysed: () => false,
    slices: () => () => {},
    analyse: () => [],
  });
  const running = walk.candles$.subscribe((candle) => {
    if (candle.timeframe === timeframe) folded.push(candle);
  });
  const grid = fileMarkets.gridOf(symbol, timeframe);
  if (isOfMinutes(minutes, timeframe))
    walk.many({ minutes, from: firstWhole(minutes, grid), to: minutes.time.length });
  else
    for (const { from, to, candle } of fileSteps(minutes, { symbol, timeframe, grid }))
      walk.close(from, to, candle);
  running.unsubscribe();
  return {
    closed: folded,
    candles: { ...candleColumnsOf(folded), volumeKind: minutes.volumeKind },
    closeTimes: Float64Array.from(folded, ({ closeTime }) => closeTime),
  };
}

/** Minutes on the minute, which are folded to longer candles: nothing has to be made of them one by one. */
const isOfMinutes = (minutes: SpacedCandles, timeframe: Timeframe): boolean =>
  minutes.spacingMs === minuteMs &&
  !areWhole(minutes, timeframe) &&
  minutes.time.every((at) => at % minuteMs === 0);

const firstWhole = (minutes: SpacedCandles, grid: WindowGrid): number =>
  minutes.time.length === 0 ? 0 : firstMinuteAt(minutes, beginOf(grid, minutes.time[0]!));
