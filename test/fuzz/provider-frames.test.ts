import * as fc from 'fast-check';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { asyncScheduler, BehaviorSubject } from 'rxjs';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { FeedEvent } from '../../streams/provider/feed-event.ts';
import { twelveDataFeed } from '../../streams/provider/socket/twelvedata.ts';
import { awkwardJson, awkwardValue, corpus, disturbed, garbled } from '../support/hostile/fuzz.ts';

const price = {
  event: 'price',
  symbol: 'BTC/USD',
  currency: 'USD',
  exchange: 'Coinbase Pro',
  type: 'Digital Currency',
  timestamp: 1_790_000_000,
  price: 50_000.5,
  bid: 50_000,
  ask: 50_001,
  day_volume: 12_345,
};
const status = {
  event: 'subscribe-status',
  status: 'ok',
  success: [{ symbol: 'BTC/USD', exchange: 'Coinbase Pro', type: 'Digital Currency' }],
  fails: [{ symbol: 'ETH/USD', message: 'no' }],
};
const text = (value: unknown) => JSON.stringify(value);
const inputs = fc.oneof(
  disturbed(price).map(text),
  disturbed(status).map(text),
  garbled(text(price)),
  garbled(text(status)),
  awkwardValue.map(text),
  awkwardJson,
  fc.constantFrom(
    text({ event: 'error', code: 500, message: 'x'.repeat(5_000) }),
    text({ status: 'error', code: 'no', message: null }),
  ),
);

it('frames of the provider never end its feed, and what they give as ticks can be one', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const events: FeedEvent[] = [];
  const errors: unknown[] = [];
  const skipped = new Set<string>();
  let connections = 0;
  const connected = once(server, 'connection') as Promise<[{ send: (data: string) => void }]>;
  server.on('connection', () => connections++);
  const feed = twelveDataFeed({
    url: `ws://127.0.0.1:${port}`,
    key: 'key',
    clock: asyncScheduler,
    random: () => 0,
    symbols$: new BehaviorSubject<ReadonlySet<string>>(new Set(['BTCUSD', 'ETHUSD'])),
    isMarketOpen: () => true,
    onSkipped: ({ kind }) => skipped.add(kind),
  }).subscribe({ next: (event) => events.push(event), error: (error: unknown) => errors.push(error) });
  const [socket] = await connected;
  try {
    for (const frame of corpus('frames of the provider', inputs)) socket.send(frame);
    socket.send(text({ ...price, price: 1.25, timestamp: 1_790_000_001 }));
    const isLast = (event: FeedEvent) => event.kind === 'tick' && event.tick.price === 1.25;
    await expect.poll(() => events.some(isLast)).toBe(true);
    expect(errors).toEqual([]);
    expect(connections).toBe(1);
    const ticks = events.flatMap((event) => (event.kind === 'tick' ? event.tick : []));
    expect(ticks.length).toBeGreaterThan(100);
    for (const { symbol, price: paid, eventTime, bid = 1, ask = 1, dayVolume = 0 } of ticks) {
      expect(['BTCUSD', 'ETHUSD']).toContain(symbol);
      expect(Number.isSafeInteger(eventTime) || eventTime > 1e15, String(eventTime)).toBe(true);
      expect([paid, bid, ask].every((one) => one > 0 && Number.isFinite(one))).toBe(true);
      expect(dayVolume >= 0 && Number.isFinite(dayVolume)).toBe(true);
    }
    // What is counted by kind stays a short list, whatever a frame holds.
    expect(skipped.size).toBeLessThan(60);
  } finally {
    feed.unsubscribe();
    for (const client of server.clients) client.terminate();
    server.close();
  }
});
