import { describe, expect, it } from 'vitest';
import { analysesHealth } from '../../../app/health/analyses-health.ts';
import { clockHealth, type ClockHealthOptions } from '../../../app/health/clock-health.ts';
import { createHealth } from '../../../app/health/health.ts';
import { createAchieved } from '../../../app/achieved.ts';
import { queueHealth } from '../../../app/health/queue-health.ts';
import { storeHealth } from '../../../app/health/store-health.ts';
import { marketHealth, type MarketHealthOptions } from '../../../app/health/market-health.ts';
import type { Probe } from '../../../app/probe.ts';
import { createMarkets } from '../../../app/markets.ts';
import { createSymbolStatus } from '../../../app/ingest/symbol-status.ts';
import type { ChannelQueue } from '../../../sinks/posts/channel-queue.ts';
import type { EnqueueState } from '../../../sinks/posts/enqueue-tracker.ts';
import type { WriterState } from '../../../sinks/writer/store-writer.ts';
import type { CreditBudgetState } from '../../../streams/provider/rest/credit-budget.ts';
import type { Store } from '../../../store/open-store.ts';
import type { QueueBackend } from '../../../store/queue/backend.ts';
import { HealthAnswer } from '../../../schema/rest.ts';

const wellProbe = { problem: () => undefined, close: () => {} };
const badProbe = { problem: () => 'connection refused', close: () => {} };
const status = (stopped: ReadonlyMap<string, string> = new Map()) =>
  createSymbolStatus({
    symbols: { histories: new Map(), stopped },
    now: () => 0,
    markets: createMarkets({ alignment: 'utc', pairsNeverClose: true }),
    staleMs: 1,
    timeframes: ['1h'],
    pinned: new Set(),
    feedState: () => 'live',
  });
const nothingWaits = { candles: 0, causes: 0, droppedCandles: 0, refusedCauses: 0, away: undefined };

interface StorageOptions {
  readonly store: Probe;
  readonly queue: Probe;
  readonly writer: () => WriterState;
  readonly enqueued: () => EnqueueState;
  readonly warning: () => string | undefined;
  readonly channels: readonly string[];
}
type HealthOptions = MarketHealthOptions & StorageOptions & ClockHealthOptions;

const rightClock = { steps: 0, last: null, apartMs: 0, wrongByMs: null };

function health(over: Partial<HealthOptions> = {}) {
  const options = {
    feed: () => ({ type: 'feed', state: 'live', since: 0 }),
    isTimeKnown: () => true,
    state: () => rightClock,
    status: status(),
    lags: () => ({}),
    store: wellProbe,
    queue: wellProbe,
    writer: () => nothingWaits,
    enqueued: () => ({ ageMs: undefined, failure: undefined }),
    warning: () => undefined,
    channels: ['community'],
    achieved: createAchieved(),
    wallNow: () => 0,
    staleMs: 60_000,
    calendar: () => ({ state: 'fresh', events: [] }),
    articles: () => 0,
    credits: () => ({
      minute: { limit: 8, used: 0, left: 8 },
      day: { limit: 800, used: 0, left: 800 },
      waiting: 0,
      exhausted: null,
      awaySince: null,
    }),
    ...over,
  } as HealthOptions;
  const pool = { threads: 1, running: 0, waiting: { live: 0, requests: 0 } };
  return createHealth({ demo: false, version: '1' }, [
    storeHealth({ storeProbe: options.store, store: { sessions: 'own' } as Store }, options.writer),
    queueHealth(
      {
        queueProbe: options.queue,
        backend: { kind: 'postgres', warning: options.warning } as QueueBackend,
      },
      {
        channels: options.channels,
        queues: [{ channel: 'community', enqueued: options.enqueued } as ChannelQueue],
      },
    ),
    marketHealth(options),
    clockHealth(options),
    analysesHealth(pool),
  ]);
}

const rejecting = () => {
  const achieved = createAchieved();
  for (let i = 0; i < 20; i++) achieved.ticks.add(i < 2 ? 'accepted' : 'time');
  return achieved;
};
const uselessRest = () => {
  const achieved = createAchieved();
  Object.assign(achieved.rest, { failures: 3, lastFailure: 'not JSON' });
  return achieved;
};
const undecided = () => {
  let now = 0;
  const achieved = createAchieved(() => now);
  achieved.due({ symbol: 'BTCUSD', timeframe: '1h', closeTime: 1 });
  now = 130_000;
  return achieved;
};

describe('health', () => {
  it('fits its schema, and is ok while all is well', async () => {
    expect(HealthAnswer.parse({ success: true, ...health().health() }).status).toBe('ok');
    expect(await health().ready()).toEqual({ ready: true, reasons: [] });
  });

  it.each<[string, Partial<HealthOptions>, string]>([
    ['the calendar is stale', { calendar: () => ({ state: 'stale', events: [] }) }, 'calendar'],
    [
      'REST does not answer',
      { credits: () => ({ awaySince: 0, exhausted: null }) as CreditBudgetState },
      'rest',
    ],
    ['the wall clock was set', { state: () => ({ ...rightClock, apartMs: 3_600_000 }) }, 'clock'],
    ['the queue may throw posts away', { warning: () => 'allkeys-lru' }, 'queue'],
    ['answers of REST are of no use', { achieved: uselessRest() }, 'rest'],
    ['a close has no decision', { achieved: undecided() }, 'decisions'],
    ['writes were given up', { writer: () => ({ ...nothingWaits, droppedCandles: 1 }) }, 'store'],
  ])('is degraded, yet ready, where %s', async (_, over, part) => {
    const { health: answer, ready } = health(over);
    const { status: word, parts } = answer();
    expect(word).toBe('degraded');
    expect(parts[part]?.state).toBe('degraded');
    expect((await ready()).ready).toBe(true);
  });

  it('is degraded, and names the symbol, while a history is in doubt', () => {
    const doubtful = status();
    doubtful.doubts.filled('EURUSD', { timeframe: '1h', candles: [], empty: [], spoilt: [0] });
    const { status: word, parts } = health({ status: doubtful }).health();
    expect(word).toBe('degraded');
    expect(parts['symbols']).toMatchObject({
      state: 'degraded',
      reason: 'candles in doubt: EURUSD',
      doubts: { EURUSD: { '1h': expect.stringContaining('1 candle left out') } },
    });
  });

  it.each<[string, Partial<HealthOptions>, string]>([
    ['the store is away', { store: badProbe }, 'store: connection refused'],
    [
      'the store takes no write',
      { writer: () => ({ ...nothingWaits, away: 'full' }) },
      'store: writes wait: full',
    ],
    [
      'posts do not get into the queue',
      { enqueued: () => ({ ageMs: 5, failure: 'OOM' }) },
      'queue: posts to community do not get into it: OOM',
    ],
    [
      'most ticks are rejected',
      { achieved: rejecting() },
      'ticks: 18 of 20 ticks of the last minute were rejected: 18 for their time',
    ],
    [
      'a live feed gives no tick that counts',
      { wallNow: () => 121_000 },
      'ticks: the feed is live, and no tick was accepted for 121 s',
    ],
    ['the queue is away', { queue: badProbe }, 'queue: connection refused'],
    [
      'the feed is lost',
      { feed: () => ({ type: 'feed', state: 'disconnected', since: 0, reason: 'reset' }) },
      'feed: disconnected, reset',
    ],
    [
      'time comes from the ticks and none has come',
      { isTimeKnown: () => false },
      'clock: CLOCK=feed, and no tick has told the time yet',
    ],
    [
      'the clock is behind the feed',
      { state: () => ({ ...rightClock, wrongByMs: -600_400 }) },
      "clock: this machine's clock is 600 s behind the feed: its prices are rejected as of the future",
    ],
  ])('is not ready where %s', async (_, over, reason) => {
    expect(await health(over).ready()).toEqual({ ready: false, reasons: [reason] });
    expect(health(over).health().status).toBe('degraded');
  });

  it('is ready over a closed market, and where no queue is configured', async () => {
    const closed = health({
      feed: () => ({ type: 'feed', state: 'closed_market', since: 0 }),
      channels: [],
    });
    expect((await closed.ready()).ready).toBe(true);
    expect(closed.health().parts['queue']).toEqual({ state: 'off' });
  });

  it('tells how often the wall clock was set, and the last time', () => {
    const last = { ms: -3_600_000, at: 1_000 };
    expect(health({ state: () => ({ ...rightClock, steps: 2, last }) }).health().parts['clock']).toEqual({
      state: 'ok',
      ahead_of_feed_seconds: null,
      wall_clock_ahead_seconds: 0,
      steps: 2,
      last_step: { seconds: -3_600, at: 1_000 },
    });
  });

  it('names the symbols that are refused or stand still', async () => {
    const own = status(new Map([['BTCUSD', 'failed too often']]));
    own.refuse('NOPE', 'unknown');
    const { parts } = health({ status: own }).health();
    expect(parts['symbols']).toMatchObject({
      state: 'degraded',
      reason: 'refused or stopped: NOPE, BTCUSD',
      stopped: { BTCUSD: 'failed too often' },
    });
  });
});
