import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { RollingHistory } from '../../../operators/candles/rolling-history.ts';
import { timeframeMs } from '../../../schema/timeframe.ts';
import { renewedHistories } from '../../../streams/symbol/renewed-histories.ts';
import { candleAt } from '../../operators/signals/signal-samples.ts';
import { operatorContract } from '../../operator-contract.ts';

const hour = timeframeMs['1h'];
const bars = 40;
/** Prices halve in the middle: a split that the store's candles hold and REST's no longer do. */
const priceAt = (i: number, isRestated: boolean) =>
  (isRestated || i >= bars / 2 ? 50 : 100) * (1 + 0.001 * (i % 5));

function brokenHistory(): RollingHistory {
  const history = new RollingHistory('BTCUSD', '1h', bars);
  for (let i = 0; i < bars; i++)
    history.push(candleAt(i * hour, priceAt(i, false), { timeframe: '1h', closeTime: (i + 1) * hour }));
  return history;
}

operatorContract('renewedHistories', {
  make: (clock) =>
    renewedHistories({
      clock,
      symbol: 'BTCUSD',
      histories: new Map([['1h', brokenHistory()]]),
      historySize: bars,
      decidedTo: () => bars * hour,
      gridOf: (timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
      isProviderGrid: () => true,
      openMillis: (from, to) => to - from,
      onRestFailure: () => {},
      jumpStep: 0.2,
      ask: ({ from, to }) =>
        Promise.resolve(
          Array.from({ length: (to - from) / hour }, (_, i) => {
            const price = priceAt(from / hour + i, true);
            return {
              openTime: from + i * hour,
              open: price,
              high: price * 1.001,
              low: price * 0.999,
              close: price,
            };
          }),
        ),
    }),
  inputs: ['1h', '1h'],
  start: bars * hour,
  turns: 30,
});
