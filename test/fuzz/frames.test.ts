import * as fc from 'fast-check';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PriceServerFrame, SignalServerFrame } from '../../schema/wire.ts';
import {
  awkwardJson,
  awkwardText,
  awkwardValue,
  corpus,
  disturbed,
  garbled,
} from '../support/hostile/fuzz.ts';
import { servedFeeds } from '../support/served-feeds.ts';

const start = servedFeeds();

const subscribe = { action: 'subscribe', symbols: ['BTCUSD', 'NO1'], timeframes: ['1h'] };
const resume = { action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: 0 } };
const frames = fc.oneof(
  disturbed(subscribe).map((frame) => JSON.stringify(frame)),
  disturbed(resume).map((frame) => JSON.stringify(frame)),
  fc
    .record({ action: fc.constantFrom('subscribe', 'unsubscribe'), symbols: fc.array(awkwardText) })
    .map((frame) => JSON.stringify(frame)),
  garbled(JSON.stringify(subscribe)),
  awkwardValue.map((value) => JSON.stringify(value)),
  awkwardJson,
);

/** More than any client may send: what is tried is what is made of it. */
const limits = { inboundBurst: 1e9, inboundBurstBytes: 1e12, answerBurstBytes: 1e12 };

describe.each([
  ['/ws', PriceServerFrame],
  ['/ws/signals', SignalServerFrame],
] as const)('frames to %s', (path, schema) => {
  it('each get an answer of its schema, none ends the connection or fails in us, and nothing is left', async () => {
    const errors: unknown[] = [];
    const { url, prices, signals, released, watched } = await start({
      prices: { limits, onError: (error) => errors.push(error) },
      signals: { limits, onError: (error) => errors.push(error) },
    });
    const socket = new WebSocket(url + path);
    await once(socket, 'open');
    const answers = new Set<string>();
    let received = 0;
    let waiting: (() => void) | undefined;
    const closed = once(socket, 'close').then(() => Promise.reject(new Error('closed')));
    closed.catch(() => {});
    socket.on('message', (data: Buffer) => {
      const parsed = schema.safeParse(JSON.parse(data.toString()));
      if (!parsed.success) errors.push(data.toString().slice(0, 300));
      else answers.add(parsed.data.type === 'error' ? parsed.data.code : parsed.data.type);
      received++;
      if (parsed.data?.type === 'pong') waiting?.();
    });
    const inputs = corpus(`frames to ${path}`, frames).filter((text) => Buffer.byteLength(text) <= 16_000);
    for (let i = 0; i < inputs.length; i += 50) {
      const ponged = new Promise<void>((resolve) => (waiting = resolve));
      for (const text of inputs.slice(i, i + 50)) socket.send(text);
      socket.send('{"action":"ping"}');
      await Promise.race([ponged, closed]);
    }
    expect(errors).toEqual([]);
    expect(received).toBeGreaterThanOrEqual(inputs.length);
    expect([...answers]).toEqual(
      expect.arrayContaining(['subscribed', 'bad_json', 'bad_frame', 'symbol_unknown']),
    );
    expect(answers).not.toContain('internal');
    socket.close();
    await expect.poll(() => [prices.sizes().symbols, signals.sizes().symbols]).toEqual([0, 0]);
    expect(released.length).toBeGreaterThan(0);
    expect(watched.filter((symbol) => !symbol.startsWith('NO'))).toHaveLength(released.length);
  });
});
