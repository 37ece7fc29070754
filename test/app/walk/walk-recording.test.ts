import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../../app/markets.ts';
import { walkRecording } from '../../../app/walk/walk-recording.ts';
import { parseConfig } from '../../../config.ts';
import { analyse } from '../../../models/decision/analyse.ts';
import type { Candle } from '../../../schema/candle.ts';
import type { Signal } from '../../../schema/signal.ts';
import { createInstruments } from '../../../streams/provider/instruments.ts';
import type { Replayed } from '../../../streams/recording/replay.ts';
import { callingCandles } from '../../support/calling-candles.ts';

const minute = 60_000;
const symbol = 'BTCUSD';
const opened = Date.UTC(2026, 0, 6, 10);
/** The horizon is 24 bars of a minute. */
const horizon = opened + 24 * minute;

const config = parseConfig({
  TWELVEDATA_API_KEY: 'key',
  CLOCK: 'feed',
  SYMBOLS: 'BTC/USD',
  TIMEFRAMES: '1min',
  HISTORY_SIZE: '250',
});

const called = callingCandles('1min', { closeTime: opened });
const entry = called.at(-1)!.close;
const history = called.map(({ time, open, high, low, close }): Candle => ({
  symbol,
  timeframe: '1min',
  openTime: time * 1000,
  closeTime: time * 1000 + minute,
  open,
  high,
  low,
  close,
  volume: 0,
  volumeKind: 'none',
  ticks: 0,
  complete: true,
  source: 'rest',
  lateTicks: 0,
  longestSilenceMs: 0,
  revision: 0,
}));

const tick = (at: number, price: number): Replayed => ({ symbol, price, eventTime: at, receivedTime: at });
/** A price every ten seconds of `[begin, end)`. */
const ticks = (begin: number, end: number, price: number): Replayed[] =>
  Array.from({ length: Math.ceil((end - begin) / 10_000) }, (_, i) => tick(begin + i * 10_000, price));

/** A server that opens a signal, is stopped, and starts again; prices come before its symbol listens, REST's minutes after. */
const recording = (stop: number, start: number, [last, between, back]: readonly [number, number, number]) => {
  const [begin, end] = [Math.floor((stop - 1_000) / minute) * minute, Math.ceil(start / minute) * minute];
  const minutes = (at: number, first: number, to: number, price: (openTime: number) => number): Replayed => {
    const bars = Array.from({ length: (to - first) / minute }, (_, i) => {
      const openTime = first + i * minute;
      const one = price(openTime);
      return { openTime, open: one, high: one, low: one, close: one };
    });
    return { kind: 'minutes', at, symbol, from: first, to, bars };
  };
  const lines: Replayed[] = [
    { kind: 'start' },
    { kind: 'started', at: opened + 1_000, symbol },
    { kind: 'calendar', at: opened + 1_000, state: 'fresh', events: [] },
    { kind: 'backfilled', at: opened + 1_000, symbol, timeframe: '1min', candles: history, empty: [] },
    tick(opened + 2_000, entry),
    { kind: 'decided', at: opened + 2_000, symbol, timeframe: '1min', closeTime: opened },
    ...ticks(opened + 3_000, opened + 2 * minute, last),
    minutes(opened + 2 * minute, opened, opened + minute, () => last),
    ...ticks(opened + 2 * minute, stop, last),
    { kind: 'stopped', at: stop },
    { kind: 'start' },
    { kind: 'interruption', at: start, from: start, to: null, reason: 'the start' },
    tick(start, back),
    { kind: 'interruption', at: start + 1_000, from: start, to: start + 1_001, reason: 'the feed is back' },
    ...ticks(start + 1_000, start + 3 * minute, back),
    { kind: 'started', at: start + 3 * minute, symbol },
    tick(start + 3 * minute + 1_000, back),
    minutes(end + 4 * minute, begin, end + 3 * minute, (openTime) => (openTime < horizon ? between : back)),
    ...ticks(end + 4 * minute, end + 6 * minute, back),
  ];
  return lines;
};

async function signalsOf(lines: readonly Replayed[], restarts: boolean): Promise<readonly Signal[]> {
  const instruments = createInstruments();
  const markets = createMarkets({ alignment: 'utc', pairsNeverClose: false, instrumentOf: instruments.of });
  const pool = {
    analyse: async (...[columns, options]: Parameters<typeof analyse>) => analyse(columns, options),
  };
  const { symbols } = await walkRecording({ config, markets, instruments }, from(lines), { pool, restarts });
  return symbols
    .get(symbol)!
    .signals()
    .map(({ signal }) => signal);
}

describe('a walk through a recording with a restart in it', () => {
  it.each([
    ['short', 10],
    ['longer than minutes are waited for', 30],
  ])(
    'ends a signal whose horizon is over meanwhile at the last price of that, not at the last one heard; away: %s',
    async (_, minutes) => {
      const stop = horizon - 4.5 * minute;
      const lines = recording(stop, stop + minutes * minute, [1.0001 * entry, 0.9999 * entry, entry]);
      const [restarted] = await signalsOf(lines, true);
      expect(restarted!.outcome).toMatchObject({
        status: 'expired',
        resolved_at: horizon,
        exit_price: 0.9999 * entry,
      });
      expect(await signalsOf(lines, false)).toEqual([restarted]);
    },
  );
});
