import { once } from 'node:events';
import { createServer as createTcp, connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket as Ws } from 'ws';
import { reconnectDelay } from '../../client/reconnect-delay.ts';
import { createClient, type ClientOptions } from '../../client/create-client.ts';
import type { SocketConstructor } from '../../client/reconnecting-socket.ts';
import type { SignalLogFrame } from '../../schema/wire.ts';
import { candle, serveFeeds, signal, type FeedsOptions } from '../http/harness.ts';

let stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  stops = [];
});
const start = async (options?: FeedsOptions) => {
  const feeds = await serveFeeds(options);
  stops.push(feeds.stop);
  return feeds;
};
const client = (options: ClientOptions) => {
  const made = createClient({ random: () => 0.01, ...options });
  stops.push(made.close);
  return made;
};
const change = (offset: number, symbol = 'BTCUSD', epoch = 'e1'): SignalLogFrame => ({
  type: 'signal_update',
  symbol,
  timeframe: '1h',
  signal: signal({ symbol, id: `id${offset}` }),
  signal_changed: true,
  timestamp: offset,
  epoch,
  offset,
});
const tick = (symbol: string, price: number) => ({ symbol, price, eventTime: 1_000, receivedTime: 2_000 });

/** A proxy in front of a port, whose connections a test can reset. */
async function cuttable(port: number) {
  const sockets = new Set<Socket>();
  const proxy = createTcp((near) => {
    const far = connectTcp(port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  stops.push(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
  };
}

describe('reconnectDelay', () => {
  it('is full jitter under a ceiling that doubles from 0.5 s to 30 s', () => {
    expect([0, 1, 2, 5, 6, 7, 1_000].map((attempt) => reconnectDelay(attempt, () => 1))).toEqual([
      500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000,
    ]);
    expect(reconnectDelay(3, () => 0)).toBe(0);
  });
});

describe.each<[string, SocketConstructor | undefined]>([
  ["Node's own WebSocket", undefined],
  ['the ws package', Ws as unknown as SocketConstructor],
])('the client with %s', (_, WebSocket) => {
  const ws = WebSocket === undefined ? {} : { WebSocket };

  it('passes prices and candles to callbacks, each those it subscribed', async () => {
    const { port, prices } = await start();
    const states: string[] = [];
    const made = client({
      url: `http://127.0.0.1:${port}`,
      ...ws,
      onState: (channel, state) => void states.push(`${channel} ${state}`),
    });
    const [btc, xau]: [string[], string[]] = [[], []];
    made.prices({ symbols: ['btc/usd'], timeframes: ['1h'] }, (frame) => void btc.push(frame.type));
    const other = made.prices({ symbols: ['XAUUSD'] }, (frame) => void xau.push(frame.type));
    await expect.poll(() => prices.sizes().symbols).toBe(2);
    prices.publishTick(tick('BTCUSD', 1));
    prices.publishTick(tick('XAUUSD', 1));
    prices.publishCandle(candle(), true);
    await expect.poll(() => btc).toEqual(['price_update', 'candle']);
    expect(xau).toEqual(['price_update']);
    other.unsubscribe();
    await expect.poll(() => prices.sizes().symbols).toBe(1);
    made.close();
    expect(states).toEqual(['prices connecting', 'prices open', 'prices closed', 'signals closed']);
  });

  it('is read with for await, and unsubscribes on break', async () => {
    const { port, signals } = await start();
    signals.publish(change(1));
    const made = client({ url: `http://127.0.0.1:${port}`, ...ws });
    const got: boolean[] = [];
    for await (const frame of made.signals({ symbols: ['BTCUSD'] })) {
      if (frame.type !== 'signal_update') continue;
      got.push(frame.signal_changed);
      if (got.length === 3) break;
      signals.publish(change(got.length + 1));
    }
    expect(got).toEqual([false, true, true]);
    await expect.poll(() => signals.sizes().symbols).toBe(0);
  });

  it('delivers every signal once over disconnects at random moments', async () => {
    const symbols = ['BTCUSD', 'XAUUSD', 'EURUSD'];
    const { port, signals } = await start();
    const proxy = await cuttable(port);
    const made = client({ url: proxy.url, ...ws });
    const got: number[] = [];
    made.signals({ symbols }, (frame) => {
      if (frame.type === 'signal_update' && frame.signal_changed) got.push(frame.offset);
    });
    await expect.poll(() => signals.sizes().symbols).toBe(3);
    await expect.poll(() => made.cursor()).toEqual({ epoch: 'e1', offset: 0 });
    let seed = 7;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let offset = 1; offset <= 600; offset++) {
      signals.publish(change(offset, symbols[Math.floor(random() * 3)]));
      if (random() < 0.05) proxy.cut();
      if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, random() * 10));
    }
    await expect.poll(() => new Set(got).size, { timeout: 60_000 }).toBe(600);
    expect(got).toHaveLength(600);
    const ofOne = got.toSorted((a, b) => a - b);
    expect(ofOne).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
  });
});

describe('the client', () => {
  it('resumes a later run from its cursor', async () => {
    const { port, signals } = await start();
    const url = `http://127.0.0.1:${port}`;
    const first = client({ url });
    first.signals({ symbols: ['BTCUSD'] }, () => {});
    await expect.poll(() => first.cursor()).toEqual({ epoch: 'e1', offset: 0 });
    signals.publish(change(1));
    await expect.poll(() => first.cursor()).toEqual({ epoch: 'e1', offset: 1 });
    const since = first.cursor();
    first.close();
    signals.publish(change(2));
    signals.publish(change(3));
    const got: number[] = [];
    const second = client({ url });
    second.signals({ symbols: ['BTCUSD'], since }, (frame) => void got.push(frame.offset));
    await expect.poll(() => got).toEqual([2, 3]);
  });

  it('adopts the snapshot of a server with another log', async () => {
    const one = await start();
    const proxy = await cuttable(one.port);
    const got: string[] = [];
    const made = client({ url: proxy.url });
    made.signals({ symbols: ['BTCUSD'] }, (frame) => void got.push(`${frame.epoch} ${frame.offset}`));
    await expect.poll(() => made.cursor()).toBeDefined();
    one.signals.publish(change(5));
    await expect.poll(() => got).toEqual(['e1 5']);
    const { port } = one;
    proxy.cut();
    await one.stop();
    const two = await serveFeeds({
      port,
      signals: { log: { head: { epoch: 'e2', offset: 0 }, since: async () => [] } },
    });
    stops.push(two.stop);
    two.signals.publish(change(1, 'BTCUSD', 'e2'));
    await expect.poll(() => got, { timeout: 60_000 }).toContain('e2 1');
    two.signals.publish(change(2, 'BTCUSD', 'e2'));
    await expect.poll(() => got.at(-1)).toBe('e2 2');
  });

  it('gives a slow loop the latest of each symbol, and throws in a loop too slow for signals', async () => {
    const { port, prices, signals } = await start();
    const made = client({ url: `http://127.0.0.1:${port}` });
    const loop = made.prices({ symbols: ['BTCUSD', 'XAUUSD'] })[Symbol.asyncIterator]();
    await expect.poll(() => prices.sizes().symbols).toBe(2);
    for (let i = 1; i <= 100; i++) prices.publishTick(tick('BTCUSD', i));
    prices.publishTick(tick('XAUUSD', 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([(await loop.next()).value, (await loop.next()).value]).toMatchObject([
      { price: 100 },
      { price: 5 },
    ]);
    void signals;
  });

  it('closes a silent socket and reconnects', async () => {
    const server = createTcp((socket) => {
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(() => server.close());
    const states: string[] = [];
    const made = client({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      WebSocket: Ws as unknown as SocketConstructor,
      pingAfterMs: 30,
      onState: (channel, state) => void (channel === 'prices' && states.push(state)),
    });
    made.prices({ symbols: ['BTCUSD'] }, () => {});
    await expect.poll(() => states).toEqual(expect.arrayContaining(['connecting', 'waiting', 'connecting']));
  });

  it('passes on errors and the state of the feed', async () => {
    const { port, prices } = await start();
    prices.publishState({ type: 'feed', state: 'live', since: 1 });
    const told: string[] = [];
    const made = client({
      url: `http://127.0.0.1:${port}`,
      onError: (frame) => void told.push(frame.code),
      onFeed: (frame) => void told.push(frame.state),
    });
    made.prices({ symbols: ['NO1', 'BTCUSD'] }, () => {});
    await expect.poll(() => told).toEqual(['symbol_unknown', 'live']);
  });
});
