import { firstValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { windowGrid } from '../../../models/calendar/window-grid.ts';
import { RollingHistory } from '../../../operators/candles/rolling-history.ts';
import type { Bar, Candle } from '../../../schema/candle.ts';
import { type Timeframe, timeframeMs } from '../../../schema/timeframe.ts';
import { createFeedClock } from '../../../streams/provider/feed-clock.ts';
import type { BarsQuery } from '../../../streams/provider/rest/ask-bars.ts';
import { renewedHistories } from '../../../streams/symbol/renewed-histories.ts';
import { operatorContract } from '../../operator-contract.ts';

const hour = timeframeMs['1h'];
const start = 1000 * hour;
const size = 60;

/** An hour's bar of a quiet market near 100. */
const barAt = (openTime: number): Bar => {
  const open = 100 + Math.sin(openTime / hour);
  const close = 100 + Math.sin(openTime / hour + 1);
  return { openTime, open, high: Math.max(open, close) + 0.1, low: Math.min(open, close) - 0.1, close };
};
const times = (bar: Bar, by: number): Bar => ({
  openTime: bar.openTime,
  open: bar.open * by,
  high: bar.high * by,
  low: bar.low * by,
  close: bar.close * by,
});
const candleOf = (bar: Bar): Candle => ({
  ...bar,
  symbol: 'AAPL',
  timeframe: '1h',
  closeTime: bar.openTime + hour,
  volume: 1,
  volumeKind: 'traded',
  ticks: 10,
  complete: true,
  source: 'ticks',
  lateTicks: 0,
  longestSilenceMs: 0,
  revision: 0,
});

/** A history with a ten-for-one split in its middle, as it was recorded before the provider restated it. */
function split(): RollingHistory {
  const history = new RollingHistory('AAPL', '1h', size);
  const bars = Array.from({ length: size }, (_, i) => barAt(start - (size - i) * hour));
  history.merge(bars.map((bar, i) => candleOf(i < size / 2 ? times(bar, 10) : bar)));
  return history;
}

const answer = ({ from, to }: BarsQuery, by: (openTime: number) => number = () => 1) =>
  Promise.resolve(
    Array.from({ length: (to - from) / hour }, (_, i) => from + i * hour).map((open) =>
      times(barAt(open), by(open)),
    ),
  );

const operator = (
  clock: ReturnType<typeof createFeedClock>['clock'],
  ask: (query: BarsQuery) => Promise<readonly Bar[]> = answer,
) =>
  renewedHistories({
    clock,
    symbol: 'AAPL',
    histories: new Map([['1h', split()]]),
    historySize: size,
    decidedTo: () => start,
    gridOf: (timeframe) => windowGrid(timeframe, { alignment: 'utc', assetClass: 'crypto' }),
    isProviderGrid: () => true,
    openMillis: (from, to) => to - from,
    jumpStep: 0.5,
    onRestFailure: () => {},
    ask,
  });

operatorContract('renewedHistories', {
  make: (clock) => operator(clock),
  inputs: ['1h', '1h', '1h'] satisfies Timeframe[],
  at: (_, index) => start + index * 30 * 60_000,
  start,
  turns: 20,
});

describe('renewedHistories', () => {
  const run = (ask: typeof answer) =>
    firstValueFrom(of<Timeframe[]>('1h', '1h').pipe(operator(createFeedClock(start).clock, ask), toArray()));

  it('emits the candles that differ once REST has restated the history', async () => {
    const emitted = await run((query) => answer(query));
    expect(emitted).toHaveLength(1);
    expect(emitted[0]!.candles.map(({ openTime }) => openTime)).toEqual(
      Array.from({ length: size / 2 }, (_, i) => start - (size - i) * hour),
    );
    expect(Math.max(...emitted[0]!.candles.map(({ close }) => close))).toBeLessThan(102);
  });

  it('rejects an answer with the same break', async () => {
    const middle = start - (size / 2) * hour;
    expect(await run((query) => answer(query, (open) => (open < middle ? 10 : 1)))).toEqual([]);
  });
});
