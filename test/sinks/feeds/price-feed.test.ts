import { describe, expect, it } from 'vitest';
import { PriceServerFrame } from '../../../schema/wire.ts';
import { candle } from '../../http/harness.ts';
import { servedFeeds } from '../../support/served-feeds.ts';
import { connect } from '../../support/ws-client.ts';

const start = servedFeeds();
const tick = (symbol: string, price: number) => ({
  symbol,
  price,
  eventTime: 1_000 + price,
  receivedTime: 2_000,
});

describe('the price feed', () => {
  it('answers a subscription, gives the latest price at once, then each new one', async () => {
    const { url, prices } = await start();
    prices.publishTick({ ...tick('BTCUSD', 1), bid: 0.9, ask: 1.1 });
    const client = await connect(`${url}/ws`);
    client.send({ action: 'subscribe', symbols: ['btc/usd', 'XAUUSD'] });
    await client.settled();
    prices.publishTick(tick('XAUUSD', 2));
    prices.publishTick(tick('EURUSD', 3));
    await client.next('price_update', 2);
    expect(client.frames).toEqual([
      { type: 'subscribed', symbols: ['BTCUSD', 'XAUUSD'], status: 'success' },
      { type: 'price_update', symbol: 'BTCUSD', price: 1, timestamp: 1_001, bid: 0.9, ask: 1.1 },
      { type: 'pong' },
      { type: 'price_update', symbol: 'XAUUSD', price: 2, timestamp: 1_002 },
    ]);
  });

  it('confirms symbol where the request has symbol', async () => {
    const { url } = await start();
    const client = await connect(`${url}/ws`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD' });
    expect(await client.next('subscribed')).toEqual({
      type: 'subscribed',
      symbol: 'BTCUSD',
      symbols: ['BTCUSD'],
      status: 'success',
    });
  });

  it('adds candles of the timeframes asked for, the forming one at once', async () => {
    const { url, prices } = await start();
    prices.publishCandle(candle({ close: 1.2 }), false);
    const client = await connect(`${url}/ws`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD', timeframes: ['1h'] });
    await client.settled();
    prices.publishCandle(candle({ timeframe: '1min' }), true);
    prices.publishCandle(candle(), true);
    const closed = await client.next('candle', 2);
    expect(client.frames.filter((frame) => frame.type === 'candle')).toHaveLength(2);
    expect(closed).toMatchObject({
      timeframe: '1h',
      closed: true,
      candle: { time: 1_700_000_400, close: 1.5 },
    });
    for (const frame of client.frames) expect(PriceServerFrame.parse(frame)).toEqual(frame);
  });

  it('sends the latest once a subscription, however often it is asked', async () => {
    const { url, prices } = await start();
    for (const symbol of ['BTCUSD', 'XAUUSD']) prices.publishTick(tick(symbol, 1));
    prices.publishCandle(candle(), false);
    prices.publishCandle(candle({ timeframe: '4h' }), false);
    const client = await connect(`${url}/ws`);
    const answer = async (request: object) => {
      const before = client.frames.length;
      client.send({ action: 'subscribe', ...request });
      await client.settled();
      return client.frames
        .slice(before)
        .map(({ type, symbol, timeframe }) => [type, symbol, timeframe].join(' '));
    };
    const [confirmed, pong] = ['subscribed  ', 'pong  '];
    expect(await answer({ symbols: ['BTCUSD'], timeframes: ['1h'] })).toEqual([
      confirmed,
      'price_update BTCUSD ',
      'candle BTCUSD 1h',
      pong,
    ]);
    expect(await answer({ symbols: ['BTCUSD'], timeframes: ['1h'] })).toEqual([confirmed, pong]);
    expect(await answer({ symbols: ['XAUUSD', 'BTCUSD'], timeframes: ['1h', '4h'] })).toEqual([
      confirmed,
      'price_update XAUUSD ',
      'candle BTCUSD 4h',
      pong,
    ]);
    expect(client.frames.findLast(({ type }) => type === 'subscribed')?.symbols).toEqual([
      'XAUUSD',
      'BTCUSD',
    ]);
  });

  it('unsubscribes one or all', async () => {
    const { url, prices, released } = await start();
    const client = await connect(`${url}/ws`);
    client.send({ action: 'subscribe', symbols: ['BTCUSD', 'XAUUSD', 'EURUSD'] });
    client.send({ action: 'unsubscribe', symbol: 'BTCUSD' });
    await client.settled();
    expect(released).toEqual(['BTCUSD']);
    prices.publishTick(tick('BTCUSD', 1));
    client.send({ action: 'unsubscribe' });
    await client.settled();
    prices.publishTick(tick('EURUSD', 1));
    await client.settled();
    expect(client.frames.some((frame) => frame.type === 'price_update')).toBe(false);
    expect(released).toEqual(['BTCUSD', 'XAUUSD', 'EURUSD']);
    expect(prices.sizes().symbols).toBe(0);
  });

  it.each([
    ['not JSON', 'bad_json'],
    ['{"action":"sell"}', 'bad_frame'],
    ['[]', 'bad_frame'],
    ['{"action":"subscribe"}', 'bad_frame'],
    ['{"action":"subscribe","symbols":"BTCUSD"}', 'bad_frame'],
    ['{"action":"subscribe","symbols":[{}]}', 'bad_frame'],
    ['{"action":"subscribe","symbol":"<script>"}', 'bad_frame'],
    ['{"__proto__":{"action":"ping"}}', 'bad_frame'],
    ['{"action":"subscribe","symbol":"BTCUSD","timeframes":["7min"]}', 'bad_frame'],
    [`${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'bad_frame'],
    [
      JSON.stringify({ action: 'subscribe', symbols: Array.from({ length: 201 }, (_, i) => `S${i}`) }),
      'subscription_limit',
    ],
    [
      JSON.stringify({ action: 'subscribe', symbols: Array.from({ length: 1_001 }, (_, i) => `S${i}`) }),
      'bad_frame',
    ],
    ['{"action":"subscribe","symbols":["NO1"]}', 'symbol_unknown'],
    ['{"action":"ping","note":"\\u0000"}', 'bad_frame'],
    ['{"action":"subscribe","symbol":"BTC\u202eUSD"}', 'bad_frame'],
    ['{"action":"subscribe","symbol":"BTCUSD\\n"}', 'bad_frame'],
    ['{"action":"subscribe","symbols":["\\ud800"]}', 'bad_frame'],
    [
      JSON.stringify({ action: 'subscribe', symbols: Array.from({ length: 1_000 }, () => '<b>') }),
      'bad_frame',
    ],
  ])('answers %.40s with an error frame and stays: %s', async (text, code) => {
    const { url, prices } = await start();
    const client = await connect(`${url}/ws`);
    client.send(text);
    expect(await client.next('error')).toMatchObject({ code });
    await client.settled();
    expect(client.frames).toHaveLength(2);
    expect(prices.sizes()).toEqual({ connections: 1, symbols: 0, prices: 0 });
    for (const frame of client.frames) expect(PriceServerFrame.parse(frame)).toEqual(frame);
  });

  it('subscribes known symbols and sends an error for the others', async () => {
    const { url } = await start();
    const client = await connect(`${url}/ws`);
    client.send({ action: 'subscribe', symbols: ['NO1', 'BTCUSD', 'NO2'] });
    await client.settled();
    expect(client.frames.slice(0, 2)).toEqual([
      { type: 'subscribed', symbols: ['BTCUSD'], status: 'success' },
      { type: 'error', code: 'symbol_unknown', message: 'the provider does not know NO1, NO2' },
    ]);
  });

  it('refuses binary frames', async () => {
    const { url } = await start();
    const client = await connect(`${url}/ws`);
    client.socket.send(Buffer.from('{"action":"ping"}'));
    expect(await client.next('error')).toMatchObject({ code: 'bad_frame' });
  });

  it('sends the state of the feed after the first subscription and when it changes', async () => {
    const { url, prices } = await start();
    prices.publishState({ type: 'feed', state: 'live', since: 1 });
    const client = await connect(`${url}/ws`);
    await client.settled();
    prices.publishState({ type: 'feed', state: 'silent', since: 1 });
    prices.publishState({ type: 'feed', state: 'live', since: 1 });
    client.send({ action: 'subscribe', symbol: 'BTCUSD' });
    await client.settled();
    prices.publishState({ type: 'feed', state: 'disconnected', since: 2, reason: 'closed by the provider' });
    await client.next('feed', 2);
    expect(client.frames.map((frame) => frame.state ?? frame.type)).toEqual([
      'pong',
      'subscribed',
      'live',
      'pong',
      'disconnected',
    ]);
  });

  it('ends with 1001', async () => {
    const { url, prices } = await start();
    const client = await connect(`${url}/ws`);
    await prices.close();
    expect((await client.closed).code).toBe(1001);
    expect(prices.sizes().connections).toBe(0);
  });

  it('watches a symbol once for all its subscribers and releases it with the last', async () => {
    const { url, prices, watched, released } = await start();
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(`${url}/ws`)));
    for (const client of clients) client.send({ action: 'subscribe', symbol: 'AAPL' });
    await Promise.all(clients.map((client) => client.settled()));
    expect(watched).toEqual(['AAPL']);
    for (const client of clients.slice(1)) client.socket.close();
    await Promise.all(clients.slice(1).map((client) => client.closed));
    expect(released).toEqual([]);
    clients[0]!.socket.terminate();
    await expect.poll(() => released).toEqual(['AAPL']);
    expect(prices.sizes()).toMatchObject({ connections: 0, symbols: 0 });
  });
});

describe('a client', () => {
  it('that sends too many frames receives an error, then is closed with 1008', async () => {
    const limits = { inboundBurst: 20, inboundPerSecond: 1, inboundTolerance: 30 };
    const { url, prices } = await start({ prices: { limits } });
    const client = await connect(`${url}/ws`);
    for (let i = 0; i < 45; i++) client.send('{"action":"ping"}');
    await client.next('error');
    expect(client.frames.filter((frame) => frame.type === 'pong')).toHaveLength(20);
    const complaints = client.frames.filter((frame) => frame.type === 'error');
    expect(complaints.length).toBeLessThanOrEqual(11);
    expect(complaints[0]).toMatchObject({ code: 'rate_limited' });
    for (let i = 0; i < 20; i++) client.send('{"action":"ping"}');
    expect((await client.closed).code).toBe(1008);
    await expect.poll(() => prices.sizes().connections).toBe(0);
  });

  it('that floods with protocol pings is answered within the limit, then closed with 1008', async () => {
    const limits = { inboundBurst: 20, inboundPerSecond: 1, inboundTolerance: 30 };
    const { url } = await start({ prices: { limits } });
    const client = await connect(`${url}/ws`);
    let pongs = 0;
    client.socket.on('pong', () => pongs++);
    for (let i = 0; i < 100; i++) client.socket.ping();
    expect((await client.closed).code).toBe(1008);
    expect(pongs).toBeLessThanOrEqual(20);
  });

  it('that sends too many bytes receives an error, and what it sends is not read', async () => {
    const limits = { inboundBurstBytes: 50_000, inboundBytesPerSecond: 100 };
    const { url, watched } = await start({ prices: { limits } });
    const client = await connect(`${url}/ws`);
    const symbols = Array.from({ length: 200 }, (_, i) => `NO${'X'.repeat(25)}${i}`);
    for (let i = 0; i < 30; i++) client.send({ action: 'subscribe', symbols });
    const limited = await client.until((frames) => frames.some(({ code }) => code === 'rate_limited'));
    expect(limited.find(({ code }) => code === 'rate_limited')?.message).toBe(
      'at most 100 bytes a second are taken',
    );
    expect(watched.length).toBeLessThanOrEqual(8 * 200);
  });

  it('that misses a pong is gone after two pings', async () => {
    const { url, prices } = await start({ prices: { limits: { pingIntervalMs: 200 } } });
    const dead = await connect(`${url}/ws`, { autoPong: false });
    const alive = await connect(`${url}/ws`);
    let pings = 0;
    dead.socket.on('ping', () => pings++);
    expect((await dead.closed).code).toBe(1006);
    expect(pings).toBeLessThanOrEqual(2);
    await alive.settled();
    expect(prices.sizes().connections).toBe(1);
  });

  it('that is slow gets the latest of each symbol', async () => {
    const limits = { windowBytes: 20_000 };
    const { url, prices, registry } = await start({ prices: { limits } });
    const client = await connect(`${url}/ws`);
    client.send({ action: 'subscribe', symbols: ['BTCUSD', 'XAUUSD'] });
    await client.settled();
    client.socket.pause();
    for (let i = 0; i < 2_000; i++) {
      prices.publishTick(tick('BTCUSD', i));
      if (i === 1_000) prices.publishTick(tick('XAUUSD', 77));
      if (i % 20 === 0) await new Promise(setImmediate);
    }
    client.socket.resume();
    await client.until(
      (frames) => frames.at(-1)?.price === 1_999 || frames.some((frame) => frame.price === 1_999),
    );
    await client.settled();
    const btc = client.frames
      .filter((frame) => frame.symbol === 'BTCUSD')
      .map((frame) => frame.price as number);
    expect(btc.length).toBeLessThan(500);
    expect(btc).toEqual([...btc].sort((a, b) => a - b));
    expect(btc.at(-1)).toBe(1_999);
    expect(client.frames.findLast((frame) => frame.symbol === 'XAUUSD')?.price).toBe(77);
    expect(await registry.metrics()).toMatch(/anso_ws_conflated_total\{feed="prices"\} [1-9]/);
  });
});
