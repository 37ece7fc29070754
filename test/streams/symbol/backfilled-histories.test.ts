import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { RollingHistory } from '../../../operators/candles/rolling-history.ts';
import { timeframeMs } from '../../../schema/timeframe.ts';
import { backfilledHistories } from '../../../streams/symbol/backfilled-histories.ts';
import { createEmptyWindows } from '../../../streams/symbol/empty-windows.ts';
import { operatorContract } from '../../operator-contract.ts';

const hour = timeframeMs['1h'];
operatorContract('backfilledHistories', {
  make: (clock) =>
    backfilledHistories<number>({
      clock,
      symbol: 'BTCUSD',
      histories: new Map([['1h', new RollingHistory('BTCUSD', '1h', 10)]]),
      historySize: 10,
      decidedTo: () => 100 * hour,
      gridOf: (timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
      isProviderGrid: () => true,
      openMillis: (from, to) => to - from,
      empty: createEmptyWindows({
        known: new Map(),
        historySize: 10,
        openMillis: (from, to) => to - from,
        closeOf: (_, openTime) => openTime + hour,
      }),
      onRestFailure: () => {},
      ask: ({ from, to }) =>
        Promise.resolve(
          Array.from({ length: (to - from) / hour }, (_, i) => ({
            openTime: from + i * hour,
            open: 1,
            high: 2,
            low: 1,
            close: 2,
          })),
        ),
    }),
  inputs: [1, 2, 3],
  start: 100 * hour,
  turns: 20,
});
