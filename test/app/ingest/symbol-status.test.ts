import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../../app/markets.ts';
import { createSymbolStatus, SymbolUnavailableError } from '../../../app/ingest/symbol-status.ts';
import type { FeedState } from '../../../schema/market-event.ts';

const now = Date.UTC(2026, 0, 7, 12);
const tick = (symbol: string, eventTime: number) => ({
  symbol,
  price: 5,
  eventTime,
  receivedTime: eventTime,
});

function start(feed: FeedState = 'live', isTimeKnown = true) {
  return createSymbolStatus({
    now: () => (isTimeKnown ? now : 0),
    isTimeKnown: () => isTimeKnown,
    markets: createMarkets({ alignment: 'utc', pairsNeverClose: false }),
    staleMs: 60_000,
    timeframes: ['1h'],
    pinned: new Set(['BTCUSD']),
    feedState: () => feed,
  });
}

describe('createSymbolStatus', () => {
  it('lets everybody who waits for an actor go on when it listens', async () => {
    const status = start();
    const both = Promise.all([status.started('BTCUSD'), status.started('BTCUSD')]);
    expect(status.isRunning('BTCUSD')).toBe(false);
    status.start('BTCUSD', new Map());
    await both;
    await status.started('BTCUSD');
    expect(status.isRunning('BTCUSD')).toBe(true);
  });

  it('calls no market closed before the time is known', () => {
    expect(start('live', false).describe('AAPL').state).toBe('pending');
    expect(start('live').describe('AAPL').state).toBe('closed_market');
  });

  it('makes them wait again while it restarts', async () => {
    const status = start();
    status.start('BTCUSD', new Map());
    status.pause('BTCUSD');
    const again = status.started('BTCUSD');
    expect(await Promise.race([again, Promise.resolve('waits')])).toBe('waits');
    status.start('BTCUSD', new Map());
    await again;
  });

  it('tells who waits, and who comes later, that an actor stands still', async () => {
    const status = start();
    const waits = status.started('BTCUSD');
    status.stop('BTCUSD', 'no luck');
    await expect(waits).rejects.toThrow(SymbolUnavailableError);
    await expect(status.started('BTCUSD')).rejects.toThrow('no luck');
    expect(status.describe('BTCUSD')).toMatchObject({ state: 'stopped', reason: 'no luck' });
  });

  it('forgets a released symbol whole, and who waits for it hears of it', async () => {
    const status = start();
    status.lastTick.set('BTCUSD', tick('BTCUSD', now));
    const waits = status.started('BTCUSD');
    status.forget('BTCUSD');
    await expect(waits).rejects.toThrow('watched no more');
    expect(status.lastTick.size + status.histories.size + status.refused.size + status.stopped.size).toBe(0);
    expect(status.describe('BTCUSD')).toMatchObject({ state: 'pending', last: null });
  });

  it.each([
    ['live', 'BTCUSD', now - 60_000, 'live'],
    ['live', 'BTCUSD', now - 60_001, 'silent'],
    ['disconnected', 'BTCUSD', now, 'silent'],
    ['live', 'AAPL', now, 'closed_market'],
  ] as const)('on a feed that is %s, %s with a price of %i is %s', (feed, symbol, at, state) => {
    const status = start(feed);
    status.lastTick.set(symbol, tick(symbol, at));
    expect(status.describe(symbol).state).toBe(state);
  });

  it('knows no live price once the last one is stale', () => {
    const status = start();
    status.lastTick.set('BTCUSD', tick('BTCUSD', now - 60_000));
    expect(status.livePrice('BTCUSD')).toBe(5);
    status.lastTick.set('BTCUSD', tick('BTCUSD', now - 60_001));
    expect(status.livePrice('BTCUSD')).toBeUndefined();
  });
});
