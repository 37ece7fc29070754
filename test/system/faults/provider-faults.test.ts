import { once } from 'node:events';
import { WebSocket } from 'ws';
import { afterAll, describe, expect, it } from 'vitest';
import type { PriceEvent } from '../../../simulator/faults.ts';
import type { Bar } from '../../../schema/candle.ts';
import { until } from '../../support/until.ts';
import { connect, type RunningServer } from '../../support/server.ts';
import { createWorld, type World } from '../../support/world.ts';
import { patience } from '../../support/patience.ts';

const minute = 60_000;
const worlds: World[] = [];
afterAll(async () => {
  for (const world of worlds) await world.dispose();
});

const feedOf = async (server: RunningServer) => {
  const { parts } = await server.get<{ parts: { feed: { feed: string; reason?: string } } }>('/health');
  return parts.feed;
};
const feedIs = (server: RunningServer, state: string, withinMs = 15_000) =>
  until(async () => (await feedOf(server)).feed === state, withinMs);

/** The measured lag of a symbol's feed, ms. */
async function lagOf(server: RunningServer, symbol: string): Promise<number> {
  const { parts } = await server.get<{
    parts: { feed: { symbols: Record<string, { lag_ms: number }> } };
  }>('/health');
  return parts.feed.symbols[symbol]?.lag_ms ?? 0;
}

async function metric(server: RunningServer, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return text
    .split('\n')
    .filter((line) => pattern.test(line))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** A server on a plan of one socket, watched from the first minute that is whole. */
async function startedWorld(environment: Record<string, string> = {}) {
  const world = await createWorld(
    { SYMBOLS: 'BTC/USD,ETH/USD', TIMEFRAMES: '1min', ...environment },
    {
      symbols: ['BTC/USD', 'ETH/USD', 'SOL/USD'],
      plan: { connections: 1, symbols: 8, creditsPerMinute: 1e6, creditsPerDay: 1e6 },
    },
  );
  worlds.push(world);
  const server = await world.start();
  await feedIs(server, 'live');
  return { ...world, server, from: Math.floor(Date.now() / minute) * minute };
}

type Answered = Bar & { readonly time: number; readonly complete: boolean };

/**
 * Waits until the minutes from `from` on are whole again, and compares each with the market's own. Complete ones may be
 * wrong at no time.
 */
async function candlesAreTheMarkets(
  { simulator, server }: Pick<World, 'simulator' | 'server'>,
  from: number,
) {
  // The minute that goes on now was disturbed too.
  const to = Math.floor(Date.now() / minute) * minute + minute;
  for (const [symbol, provider] of [
    ['BTCUSD', 'BTC/USD'],
    ['ETHUSD', 'ETH/USD'],
  ] as const) {
    const wanted = simulator.market
      .minutes(provider, from, to)
      .map(({ openTime, open, high, low, close }) => ({ time: openTime / 1000, open, high, low, close }));
    const got = async () => {
      const answer = await server.get<{ candles: Answered[] }>(
        `/candles/${symbol}?interval=1min&outputsize=250`,
      );
      const inside = answer.candles.filter(({ time }) => time * 1000 >= from && time * 1000 < to);
      for (const { complete, time, open, high, low, close } of inside)
        if (complete) expect(wanted, symbol).toContainEqual({ time, open, high, low, close });
      return inside;
    };
    await until(
      async () => (await got()).filter(({ complete }) => complete).length === wanted.length,
      150_000,
    );
  }
}

/** Each price with something wrong before or after it, and now and then two in the wrong order. */
function mangled() {
  let held: PriceEvent | undefined;
  return (event: PriceEvent, n: number): (PriceEvent | string)[] => {
    const price = JSON.stringify(event);
    switch (n % 12) {
      case 0:
        return [event, event];
      case 1:
        return ['{"event":"price","symbol":', event];
      case 2:
        return [price.replace(/"price":[^,}]+/, '"price":NaN'), event];
      case 3:
        return [{ ...event, price: -event.price }, { ...event, price: 0 }, event];
      case 4:
        return [{ ...event, timestamp: event.timestamp + 3_600, price: event.price * 2 }, event];
      case 5:
        return [{ ...event, price: 'much' as unknown as number }, '[1,2]', '"text"', event];
      case 6:
        return [{ ...event, symbol: 'SOL/USD', price: 1 }, { ...event, symbol: 'DOGE/USD' }, event];
      case 7:
        held = event;
        return [];
      case 8: {
        const earlier = held;
        held = undefined;
        // Of one second, or of two symbols: the order of arrival within a second decides, so only others are swapped.
        if (earlier === undefined) return [event];
        return earlier.symbol !== event.symbol || earlier.timestamp < event.timestamp
          ? [event, earlier]
          : [earlier, event];
      }
      case 9:
        return [
          { event: 'subscribe-status', status: 'ok', success: null, fails: null } as unknown as PriceEvent,
          event,
        ];
      default:
        return [event];
    }
  };
}

describe.concurrent('whatever the provider does, the candles are the market’s in the end', () => {
  it('bad frames, cut sockets, refused upgrades, eviction, a REST that fails', async () => {
    const world = await startedWorld();
    const { simulator, server, from } = world;
    const { socket, rest, faults } = simulator;

    faults.socket.mangle = mangled();
    await until(async () => (await metric(server, /^anso_ticks_rejected_total\{.*time/)) > 0);
    await until(async () => (await metric(server, /^anso_feed_frames_skipped_total/)) > 5);
    faults.socket.mangle = undefined;

    faults.rest.next = [429, 500, 503].map((status) => ({
      status,
      body: `{"code":${status},"message":"no","status":"error"}`,
    }));
    faults.socket.upgrade = { status: 500, body: 'Internal Server Error' };
    const before = { accepted: socket.accepted().length, asked: rest.requests().length };
    socket.drop('reset');
    await feedIs(server, 'disconnected');
    const attempts = socket.attempts().length;
    await until(() => socket.attempts().length > attempts);
    faults.socket.upgrade = 'reset';
    await until(() => socket.attempts().length > attempts + 1);
    faults.socket.upgrade = undefined;
    await feedIs(server, 'live', 40_000);
    expect(socket.accepted().length).toBe(before.accepted + 1);
    expect(
      JSON.parse(socket.receivedFrames().findLast(({ text }) => text.includes('subscribe'))!.text),
    ).toMatchObject({
      action: 'subscribe',
      params: { symbols: expect.stringContaining('BTC/USD') as string },
    });

    const other = new WebSocket(simulator.urls.wsUrl, {
      headers: { 'X-TD-APIKEY': simulator.keys.provider },
    });
    await once(other, 'open');
    await once(other, 'close');
    await feedIs(server, 'live', 40_000);
    socket.drop({ code: 1000 });
    await feedIs(server, 'disconnected');
    await feedIs(server, 'live', 40_000);
    expect(await metric(server, /^anso_feed_connects_total/)).toBeGreaterThanOrEqual(3);

    faults.socket.lagMs = 3_000;
    faults.socket.jitterMs = 2_000;
    await until(async () => (await lagOf(server, 'BTCUSD')) > 2_000, 60_000);
    faults.socket.lagMs = 0;
    faults.socket.jitterMs = 0;
    await candlesAreTheMarkets(world, from);
    expect(rest.requests().length).toBeGreaterThan(before.asked);
    expect(faults.rest.next).toEqual([]);
  }, 330_000);

  it('silence on an open socket, and a half-open one', async () => {
    const world = await startedWorld({ TICK_STALE_MS: '6000' });
    const { simulator, server, from } = world;
    const { socket, faults } = simulator;

    const client = await connect(server, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
    const first = socket.accepted().length;
    faults.socket.silent = true;
    await client.frame(({ type, state }) => type === 'feed' && state === 'silent', 20_000);
    await until(() => socket.accepted().length > first, 20_000);
    faults.socket.silent = false;
    await feedIs(server, 'live', 40_000);

    const second = socket.attempts().length;
    const begun = performance.now();
    faults.socket.halfOpen = true;
    await until(() => socket.attempts().length > second, 40_000);
    expect(performance.now() - begun).toBeLessThan(36_000 * patience());
    faults.socket.halfOpen = false;
    await feedIs(server, 'live', 60_000);
    await candlesAreTheMarkets(world, from);
  }, 330_000);
});
