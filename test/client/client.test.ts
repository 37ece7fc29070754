import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { createServer as createTcp, connect as connectTcp, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket as Ws, WebSocketServer } from 'ws';
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
    await expect.poll(() => new Set(got).size).toBe(600);
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
    await expect.poll(() => got).toContain('e2 1');
    two.signals.publish(change(2, 'BTCUSD', 'e2'));
    await expect.poll(() => got.at(-1)).toBe('e2 2');
  });

  it('gives a slow loop the latest of each symbol', async () => {
    const { port, prices } = await start();
    const seen: number[] = [];
    const made = client({ url: `http://127.0.0.1:${port}` });
    const loop = made.prices({ symbols: ['BTCUSD', 'XAUUSD'] })[Symbol.asyncIterator]();
    made.prices({ symbols: ['XAUUSD'] }, (frame) => frame.type === 'price_update' && seen.push(frame.price));
    await expect.poll(() => prices.sizes().symbols).toBe(2);
    for (let i = 1; i <= 100; i++) prices.publishTick(tick('BTCUSD', i));
    prices.publishTick(tick('XAUUSD', 5));
    // Frames of one socket keep their order: with the last one all have come.
    await expect.poll(() => seen).toEqual([5]);
    expect([(await loop.next()).value, (await loop.next()).value]).toMatchObject([
      { symbol: 'BTCUSD', price: 100 },
      { symbol: 'XAUUSD', price: 5 },
    ]);
    prices.publishTick(tick('BTCUSD', 101));
    expect((await loop.next()).value).toMatchObject({ price: 101 });
  });

  it('throws in a loop that falls 10,000 signals behind, after those that it kept, and unsubscribes', async () => {
    const { port, signals } = await start();
    const made = client({ url: `http://127.0.0.1:${port}` });
    const loop = made.signals({ symbols: ['BTCUSD'] });
    await expect.poll(() => made.cursor()).toEqual({ epoch: 'e1', offset: 0 });
    for (let offset = 1; offset <= 10_100; offset++) {
      signals.publish(change(offset));
      // The server would close a client with a backlog.
      if (offset % 100 === 0) await expect.poll(() => made.cursor()?.offset).toBe(offset);
    }
    const got: number[] = [];
    const read = async () => {
      for await (const frame of loop) got.push(frame.offset);
    };
    await expect(read()).rejects.toThrow('the loop fell more than 10000 frames behind');
    expect(got).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1));
    await expect.poll(() => signals.sizes().symbols).toBe(0);
  });

  /** States of the price socket towards a server on loopback that does with each connection what `accept` does. */
  const statesTowards = async (accept: (socket: Socket) => void) => {
    const server = createTcp((socket) => {
      socket.on('error', () => {});
      accept(socket);
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
    return states;
  };

  it('gives up an attempt that hangs, and tries again', async () => {
    let ended = 0;
    const states = await statesTowards((socket) => void socket.resume().once('close', () => ended++));
    await expect
      .poll(() => states.slice(0, 5))
      .toEqual(['connecting', 'waiting', 'connecting', 'waiting', 'connecting']);
    await expect.poll(() => ended).toBeGreaterThan(1);
  });

  it('closes an open socket that has gone silent, and subscribes again on the next', async () => {
    const asked: string[][] = [];
    const upgrades = new WebSocketServer({ noServer: true });
    const http = createHttp().on('upgrade', (request, socket, head) =>
      upgrades.handleUpgrade(request, socket, head, (ws) => {
        const frames: string[] = [];
        asked.push(frames);
        // It reads, and never answers: neither to frames nor to pings of either kind.
        ws.on('message', (data: Buffer) =>
          frames.push((JSON.parse(data.toString()) as { action: string }).action),
        );
      }),
    );
    const states = await statesTowards((socket) => void http.emit('connection', socket));
    // On a busy machine an attempt may take too long to open: it is not one of the two.
    await expect.poll(() => states.join(' ').split('open waiting').length - 1).toBeGreaterThan(1);
    expect(asked.filter((frames) => frames.length > 0).slice(0, 2)).toEqual([
      ['subscribe', 'ping'],
      ['subscribe', 'ping'],
    ]);
  });

  it('gives a second subscription of the same symbol the latest, though the server sends it once', async () => {
    const { port, prices, signals, registry } = await start();
    prices.publishTick(tick('BTCUSD', 7));
    signals.publish(change(1));
    const made = client({ url: `http://127.0.0.1:${port}` });
    const got: string[][] = [[], []];
    const subscribe = (own: string[]) => {
      made.prices(
        { symbols: ['BTCUSD'] },
        (frame) => frame.type === 'price_update' && own.push(`${frame.price}`),
      );
      made.signals(
        { symbols: ['BTCUSD'] },
        (frame) => frame.type === 'signal_update' && own.push(`${frame.offset} ${frame.signal_changed}`),
      );
    };
    subscribe(got[0]!);
    await expect.poll(() => got[0]!.toSorted()).toEqual(['1 false', '7']);
    subscribe(got[1]!);
    await expect.poll(() => got[1]!.toSorted()).toEqual(['1 false', '7']);
    // Each subscription is a frame and a ping.
    await expect.poll(() => registry.metrics()).toContain('anso_ws_frames_received_total{feed="signals"} 4');
    signals.publish(change(2));
    await expect.poll(() => got.map((own) => own.at(-1))).toEqual(['2 true', '2 true']);
    expect(got[0]).toHaveLength(3);
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
