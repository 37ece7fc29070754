import { asapScheduler } from 'rxjs';
import { walkCloses } from '../../../app/walk/walk-closes.ts';
import type { CandleColumns } from '../../../models/candle-columns.ts';
import { candleColumnsOf } from '../../../operators/candles/candle-columns-of.ts';
import type { Candle } from '../../../schema/candle.ts';
import { type FileMarket, fileMarkets } from './file-market.ts';
import { areWhole, fileSteps } from './file-steps.ts';

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
  for (const { from, to, candle } of fileSteps(minutes, { symbol, timeframe, grid }))
    walk.close(from, to, candle);
  running.unsubscribe();
  return {
    closed: folded,
    candles: { ...candleColumnsOf(folded), volumeKind: minutes.volumeKind },
    closeTimes: Float64Array.from(folded, ({ closeTime }) => closeTime),
  };
}
