import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { monday, tickAt, tickInput } from '../../operators/candles/market-script.ts';
import { operatorContract } from '../../operator-contract.ts';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import type { Candle } from '../../../schema/candle.ts';
import type { MarketInput } from '../../../schema/market-event.ts';
import { candleWindows } from '../../../streams/symbol/candle-windows.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
import { candleAt } from '../../operators/signals/signal-samples.ts';

const minute = 60_000;
const noon = Date.UTC(2026, 0, 7, 12);

operatorContract('candleWindows', {
  make: (clock) =>
    candleWindows(
      {
        clock,
        timeframes: ['5min'],
        graceMs: 1_000,
        marketOf: () => ({ isOpen: () => true }),
        gridOf: (_, timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
        lagOf: () => ({ lag: () => 0, exceedsCap: () => false, ahead: () => 0 }),
      },
      'EURUSD',
      { minutes: [], candles: new Map() },
    ),
  inputs: Array.from({ length: 300 }, (_, i) => tickInput(tickAt(monday + i * 2300, 100 + (i % 11)))),
  start: monday,
  at: (input) => (input.kind === 'tick' ? input.tick.receivedTime : NaN),
});

describe('candleWindows', () => {
  it('continues the revisions of every stored window in reach, not only of the newest', () => {
    const feed = createFeedClock(noon + 42 * minute);
    const input = new Subject<MarketInput>();
    const said: Candle[] = [];
    const stored = Array.from({ length: 8 }, (_, i) =>
      candleAt(noon + i * 5 * minute, 100, { timeframe: '5min', revision: 3 }),
    );
    const minutes = Array.from({ length: 42 }, (_, i) =>
      candleAt(noon + i * minute, 100, { timeframe: '1min', complete: i !== 12 }),
    );
    input
      .pipe(
        candleWindows(
          {
            clock: feed.clock,
            timeframes: ['5min', '1h'],
            graceMs: 1_000,
            marketOf: () => ({ isOpen: () => true }),
            gridOf: (_, timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
            lagOf: () => ({ lag: () => 0, exceedsCap: () => false, ahead: () => 0 }),
          },
          'BTCUSD',
          { minutes, candles: new Map([['5min', stored]]) },
        ),
      )
      .subscribe((event) => {
        if (event.kind === 'candle' && event.candle.timeframe === '5min') said.push(event.candle);
      });
    feed.advance(noon + 44 * minute);
    const bar = { openTime: noon + 12 * minute, open: 100, high: 120, low: 90, close: 100 };
    input.next({ kind: 'minutes', from: bar.openTime, to: bar.openTime + minute, bars: [bar] });
    expect(said).toMatchObject([{ openTime: noon + 10 * minute, high: 120, complete: true, revision: 4 }]);
  });
});
