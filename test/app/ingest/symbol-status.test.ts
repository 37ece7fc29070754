import { describe, expect, it } from 'vitest';
import { createMarkets } from '../../../app/markets.ts';
import { createSymbolStatus } from '../../../app/ingest/symbol-status.ts';
import type { FeedState } from '../../../schema/market-event.ts';
import { createAwaitedStarts } from '../../../streams/symbol/awaited-starts.ts';

const now = Date.UTC(2026, 0, 7, 12);
const tick = (symbol: string, eventTime: number) => ({
  symbol,
  price: 5,
  eventTime,
  receivedTime: eventTime,
});

function start(
  feed: FeedState = 'live',
  isTimeKnown = true,
  stopped: ReadonlyMap<string, string> = new Map(),
) {
  return createSymbolStatus({
    symbols: { histories: new Map(), stopped },
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
  it('calls no market closed before the time is known', () => {
    expect(start('live', false).describe('AAPL').state).toBe('pending');
    expect(start('live').describe('AAPL').state).toBe('closed_market');
  });

  it('tells that an actor stands still, and why', () => {
    const starts = createAwaitedStarts();
    const status = start('live', true, starts.stopped);
    starts.stop('BTCUSD', 'no luck');
    expect(status.describe('BTCUSD')).toMatchObject({ state: 'stopped', reason: 'no luck' });
  });

  it('tells what the provider refuses, until it accepts it', () => {
    const status = start();
    status.refuse('BTCUSD', 'no such symbol');
    expect(status.describe('BTCUSD')).toMatchObject({ state: 'refused', reason: 'no such symbol' });
    status.accept('BTCUSD');
    expect(status.describe('BTCUSD')).not.toHaveProperty('reason');
  });

  it('forgets a released symbol whole', () => {
    const status = start();
    status.observe(tick('BTCUSD', now));
    status.refuse('BTCUSD', 'no such symbol');
    status.forget('BTCUSD');
    expect(status.lastTick.size + status.refused.size).toBe(0);
    expect(status.describe('BTCUSD')).toMatchObject({ state: 'pending', last: null });
  });

  it.each([
    ['live', 'BTCUSD', now - 60_000, 'live'],
    ['live', 'BTCUSD', now - 60_001, 'silent'],
    ['disconnected', 'BTCUSD', now, 'silent'],
    ['live', 'AAPL', now, 'closed_market'],
  ] as const)('on a feed that is %s, %s with a price of %i is %s', (feed, symbol, at, state) => {
    const status = start(feed);
    status.observe(tick(symbol, at));
    expect(status.describe(symbol).state).toBe(state);
  });

  it('knows no live price once the last one is stale', () => {
    const status = start();
    status.observe(tick('BTCUSD', now - 60_000));
    expect(status.livePrice('BTCUSD')).toBe(5);
    status.observe(tick('BTCUSD', now - 60_001));
    expect(status.livePrice('BTCUSD')).toBeUndefined();
  });
});
