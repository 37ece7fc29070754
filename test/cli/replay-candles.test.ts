import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../app/markets.ts';
import { replayCandles } from '../../cli/replay-candles.ts';
import type { Replayed } from '../../streams/recording/replay.ts';
import { minute, monday, tickAt } from '../operators/candles/market-script.ts';

const markets = createMarkets({ alignment: 'utc', pairsNeverClose: false });

/** 1min candles of EUR/USD, as minutes from Monday: whether whole, and from where. */
async function minutesOf(lines: readonly Replayed[], clock: 'wall' | 'feed' = 'wall') {
  const candles = await replayCandles(from(lines), {
    clock,
    timeframes: ['5min'],
    graceMs: 1000,
    marketOf: markets.of,
    gridOf: markets.gridOf,
  });
  return candles
    .filter(({ timeframe }) => timeframe === '1min')
    .map(({ openTime, complete, source }) => [(openTime - monday) / minute, complete, source]);
}

const started: Replayed = { kind: 'started', at: monday, symbol: 'EURUSD' };
const ticks = (begin: number, end: number): Replayed[] =>
  Array.from({ length: (end - begin) * 4 }, (_, i) => tickAt(monday + begin * minute + i * 15_000, i + 1));
const stopped = (minutes: number): Replayed => ({ kind: 'stopped', at: monday + minutes * minute + 1001 });

describe('replayCandles', () => {
  it('closes by the clock what the server closed before it ended', async () => {
    const lines: Replayed[] = [{ kind: 'start' }, { ...started, at: monday - 1 }, ...ticks(0, 2)];
    expect(await minutesOf(lines)).toEqual([[0, true, 'ticks']]);
    expect(await minutesOf([...lines, stopped(2)])).toEqual([
      [0, true, 'ticks'],
      [1, true, 'ticks'],
    ]);
  });

  it('begins in the middle where the files before are gone', async () => {
    const lines: Replayed[] = [
      { kind: 'start' },
      { kind: 'listening', symbols: ['EURUSD'] },
      ...ticks(0.5, 2),
      { kind: 'listening', symbols: ['EURUSD'] },
      ...ticks(2, 3),
      stopped(3),
    ];
    expect(await minutesOf(lines)).toEqual([
      [0, false, 'ticks'],
      [1, true, 'ticks'],
      [2, true, 'ticks'],
    ]);
  });

  it('replays REST and interruptions as they were received', async () => {
    const away = { kind: 'interruption', from: monday + 90_000, reason: 'away' } as const;
    const lines: Replayed[] = [
      started,
      ...ticks(0, 2),
      { ...away, at: monday + 2 * minute, to: null },
      { ...away, at: monday + 3 * minute + 1, to: monday + 3 * minute + 1 },
      ...ticks(4, 6),
      {
        kind: 'minutes',
        at: monday + 6 * minute,
        symbol: 'EURUSD',
        from: monday,
        to: monday + 2 * minute,
        bars: [0, 1].map((i) => ({ openTime: monday + i * minute, open: 1, high: 9, low: 1, close: 2 })),
      },
      stopped(6),
    ];
    expect(await minutesOf(lines)).toEqual([
      [0, true, 'rest'],
      [1, true, 'rest'],
      [4, true, 'ticks'],
      [5, true, 'ticks'],
    ]);
  });

  it('marks what was lost, and goes on over a restart with what it knows', async () => {
    const lines: Replayed[] = [
      { kind: 'start' },
      { ...started, at: monday - 1 },
      ...ticks(0, 2),
      { kind: 'lost', lines: 3 },
      ...ticks(3, 5),
      { kind: 'start' },
      { ...started, at: monday + 5 * minute + 5000 },
      ...ticks(5.25, 7),
      stopped(7),
    ];
    expect(await minutesOf(lines)).toEqual([
      [0, true, 'ticks'],
      [1, false, 'ticks'],
      [3, false, 'ticks'],
      // Minute 4 was not closed yet when the server ended without a word.
      [5, false, 'ticks'],
      [6, true, 'ticks'],
    ]);
  });
});
