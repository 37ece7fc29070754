import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { RollingHistory } from '../../../operators/candles/rolling-history.ts';
import { timeframeMs } from '../../../schema/timeframe.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
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

describe('backfilledHistories', () => {
  it('asks no second time for windows that REST has confirmed empty', async () => {
    const history = new RollingHistory('BTCUSD', '1h', 10);
    const empty = createEmptyWindows({
      known: new Map(),
      historySize: 10,
      openMillis: (from, to) => to - from,
      closeOf: (_, openTime) => openTime + hour,
    });
    const asked: [number, number][] = [];
    const wanted = new Subject<number>();
    const filled: number[] = [];
    wanted
      .pipe(
        backfilledHistories({
          clock: createFeedClock(100 * hour).clock,
          symbol: 'BTCUSD',
          histories: new Map([['1h', history]]),
          historySize: 10,
          decidedTo: () => 100 * hour,
          gridOf: (timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
          isProviderGrid: () => true,
          openMillis: (from, to) => to - from,
          empty,
          onRestFailure: () => {},
          ask: ({ from, to }) => {
            asked.push([from / hour, to / hour]);
            // Nothing was traded in two of the hours.
            const opens = Array.from({ length: (to - from) / hour }, (_, i) => from + i * hour);
            return Promise.resolve(
              opens
                .filter((open) => open !== 93 * hour && open !== 97 * hour)
                .map((openTime) => ({ openTime, open: 1, high: 2, low: 1, close: 2 })),
            );
          },
        }),
      )
      .subscribe(({ candles }) => {
        history.merge(candles);
        filled.push(candles.length);
      });
    const settled = async () => {
      for (let turn = 0; turn < 50; turn++) await Promise.resolve();
    };
    wanted.next(1);
    await settled();
    expect([...empty.of('1h')].map((open) => open / hour).toSorted((a, b) => a - b)).toEqual([93, 97]);
    const before = asked.length;
    for (let again = 0; again < 20; again++) {
      wanted.next(again);
      await settled();
    }
    const confirmed = asked
      .slice(before)
      .filter(([from, to]) => (from <= 93 && to > 93) || (from <= 97 && to > 97));
    expect(confirmed).toEqual([]);
  });
});
