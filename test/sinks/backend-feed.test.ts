import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { candlesOfBars } from '../../operators/candles/candles-of-bars.ts';
import { type BackendFeedOptions, backendFeed } from '../../sinks/backend-feed.ts';

interface Received {
  readonly key: string | undefined;
  readonly url: string | undefined;
  readonly body: { symbol: string; timeframe: string; candles: { time: number; close: number }[] };
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function analyser(answer: (nth: number) => number | Promise<number>) {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        key: request.headers['x-api-key'] as string | undefined,
        url: request.url,
        body: JSON.parse(Buffer.concat(chunks).toString()) as Received['body'],
      });
      void Promise.resolve(answer(received.length)).then((status) => response.writeHead(status).end('{}'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const failures: unknown[] = [];
  const start = (options: Partial<BackendFeedOptions> = {}) => {
    const feed = backendFeed({
      url,
      delayMs: () => 1,
      onFailure: (error) => failures.push(error),
      ...options,
    });
    closing.push(() => feed.close());
    return feed;
  };
  closing.push(() => server.close());
  return { received, failures, start, url };
}

const grid = { openOf: (time: number) => time, closeOf: (open: number) => open + 3_600_000 };
const candles = (symbol: string, close: number) =>
  candlesOfBars([{ openTime: 3_600_000, open: 1, high: 9, low: 1, close }], {
    symbol,
    timeframe: '1h',
    grid,
  });

describe('backendFeed', () => {
  it('posts a close with its key, as POST /api/candle-complete takes it', async () => {
    const { received, start } = await analyser(() => 200);
    start({ apiKey: 'secret-key' }).publish(candles('BTCUSD', 2));
    await vi.waitFor(() => expect(received).toHaveLength(1));
    expect(received[0]).toMatchObject({ key: 'secret-key', url: '/api/candle-complete' });
    expect(received[0]?.body).toEqual({
      symbol: 'BTCUSD',
      timeframe: '1h',
      candles: [{ time: 3600, open: 1, high: 9, low: 1, close: 2, volume: 0 }],
    });
  });

  it('keeps the path of an analyser that lives below its host', async () => {
    const { received, start, url } = await analyser(() => 200);
    for (const below of ['/anso', '/anso/']) start({ url: `${url}${below}` }).publish(candles('BTCUSD', 5));
    await vi.waitFor(() => expect(received).toHaveLength(2));
    expect(received.map((one) => one.url)).toEqual(Array(2).fill('/anso/api/candle-complete'));
  });

  it('tries again when the analyser stumbles, and gives up after its attempts', async () => {
    const { received, failures, start } = await analyser((nth) => (nth === 2 ? 200 : 503));
    const feed = start();
    feed.publish(candles('BTCUSD', 2));
    await vi.waitFor(() => expect(received).toHaveLength(2));
    expect(failures).toEqual([]);
    feed.publish(candles('BTCUSD', 3));
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    expect(received).toHaveLength(5);
  });

  it('takes a 4xx as final', async () => {
    const { received, failures, start } = await analyser(() => 401);
    start().publish(candles('BTCUSD', 2));
    await vi.waitFor(() => expect(failures).toHaveLength(1));
    expect(received).toHaveLength(1);
  });

  it('keeps only the newest close of each symbol while the analyser is slow', async () => {
    let release = () => {};
    const slow = new Promise<number>((done) => (release = () => done(200)));
    const { received, start } = await analyser((nth) => (nth === 1 ? slow : 200));
    let superseded = 0;
    const feed = start({ onSuperseded: () => superseded++ });
    feed.publish(candles('BTCUSD', 2));
    await vi.waitFor(() => expect(received).toHaveLength(1));
    for (let close = 3; close <= 8; close++) feed.publish(candles('BTCUSD', close));
    feed.publish(candles('ETHUSD', 5));
    release();
    await vi.waitFor(() => expect(received).toHaveLength(3));
    expect(superseded).toBe(5);
    expect(received.map(({ body }) => [body.symbol, body.candles[0]?.close])).toEqual([
      ['BTCUSD', 2],
      ['BTCUSD', 8],
      ['ETHUSD', 5],
    ]);
  });
});
