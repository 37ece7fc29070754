import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callingCandles } from '../support/calling-candles.ts';
import { connect, dataFolder, type RunningServer, startServer } from '../support/server.ts';
import { patience } from '../support/patience.ts';

type Json = Record<string, unknown>;

describe('the demo', () => {
  let folder: Awaited<ReturnType<typeof dataFolder>>;
  let server: RunningServer;

  beforeAll(async () => {
    folder = await dataFolder();
    server = await startServer({ DATA_DIR: folder.path }, { withinMs: 40_000 });
  });
  afterAll(async () => {
    server.process.kill('SIGKILL');
    await folder.remove();
  });

  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { ...server.key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };

  it('says where to open it, and its process, in the last line of its start', () => {
    const messages = server.log.map((line) =>
      line.msg === 'feed' ? `feed ${String(line['state'])}` : line.msg,
    );
    expect(messages.indexOf('feed live')).toBeGreaterThan(-1);
    expect(messages.indexOf('serving')).toBeGreaterThan(messages.indexOf('feed live'));
    expect(server.log.find(({ msg }) => msg === 'serving')).toMatchObject({
      url: server.url,
      pid: server.process.pid,
    });
  });

  it('gives a newcomer prices of every symbol and a closed 1min candle within a minute or so', async () => {
    const symbols = ['BTCUSD', 'XAUUSD', 'EURUSD'];
    const client = await connect(server, '/ws', { action: 'subscribe', symbols, timeframes: ['1min'] });
    await client.frame(({ type }) => type === 'subscribed');
    for (const symbol of symbols) {
      await client.frame((frame) => frame.type === 'price_update' && frame['symbol'] === symbol, 20_000);
    }
    const closed = await client.frame((frame) => frame.type === 'candle' && frame['closed'] === true, 90_000);
    expect(closed).toMatchObject({ timeframe: '1min' });
    client.close();
  });

  it('answers what it has: readiness, symbols, candles, news, an analysis of the live history', async () => {
    expect(await server.get('/ready')).toMatchObject({ ready: true });
    const { symbols } = await server.get<{ symbols: Json[] }>('/symbols');
    expect(symbols.map(({ symbol }) => symbol)).toEqual(['BTCUSD', 'ETHUSD', 'EURUSD', 'XAUUSD']);
    expect(await server.get('/candles/BTCUSD?interval=1h&outputsize=250')).toMatchObject({
      success: true,
      count: 250,
    });
    expect(await server.get('/news')).toMatchObject({ state: 'fresh' });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/anso_feed_connects_total\{[^}]*\} 1\n/);
    expect(await server.get('/analyze/EURUSD?timeframe=5min')).toMatchObject({
      success: true,
      symbol: 'EURUSD',
    });
  });

  it('refuses bad candles with what is wrong and where', async () => {
    const candles = callingCandles();
    const bad = candles.with(17, { ...candles[17]!, close: -1 });
    expect(await post('/analyze', { symbol: 'BTCUSD', candles: bad })).toMatchObject({
      status: 400,
      body: { success: false, error: expect.stringContaining('candles[17]') as string },
    });
    expect((await post('/analyze', { symbol: 'BTCUSD', candles: candles.slice(1) })).status).toBe(400);
    expect((await post('/analyze', { candles })).status).toBe(400);
  });

  it('takes candles from outside to a signal, its subscribers, the platform and the list, under one id, once', async () => {
    const client = await connect(server, '/ws/signals');
    const body = { symbol: 'OUTSIDE', timeframe: '1h', candles: callingCandles() };
    const first = await post('/api/candle-complete', body);
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'success', signal_changed: true, repeated: false },
    });
    const id = first.body['signal_id'] as string;

    const again = await post('/api/candle-complete', body);
    expect(again.body).toMatchObject({
      status: 'success',
      signal_changed: false,
      repeated: true,
      signal_id: null,
    });

    await expect
      .poll(
        async () =>
          (await server.get<{ signal: { deliveries: Json[] } }>(`/signals/${id}`)).signal.deliveries,
      )
      .toMatchObject([{ channel: 'community', state: 'delivered', attempts: 1, remote_id: id }]);
    expect(await server.get('/signals?symbol=OUTSIDE')).toMatchObject({ signals: [{ id, status: 'open' }] });
    client.close();
  });

  it('forgets nothing in a kill and repeats nothing after it', async () => {
    const before = await server.get<{ signals: Json[] }>('/signals?symbol=OUTSIDE');
    await server.stop('SIGKILL');
    server = await startServer({ DATA_DIR: folder.path }, { withinMs: 40_000 });
    const after = await server.get<{ signals: Json[] }>('/signals?symbol=OUTSIDE');
    expect(after.signals).toEqual(before.signals);
    const body = { symbol: 'OUTSIDE', timeframe: '1h', candles: callingCandles() };
    expect((await post('/api/candle-complete', body)).body).toMatchObject({
      signal_changed: false,
      repeated: true,
    });
    expect(await server.get('/candles/BTCUSD?interval=1h')).toMatchObject({ count: 250 });
  });

  it('says 1001 to its clients and exits 0 when asked to stop', async () => {
    const client = await connect(server, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
    await client.frame(({ type }) => type === 'price_update');
    const begun = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000 * patience());
    expect((await client.closed)[0]).toBe(1001);
  });
});

describe('a bad configuration', () => {
  it('stops the start with every problem at once and code 78', async () => {
    await expect(startServer({ PORT: 'x', HISTORY_SIZE: '3' })).rejects.toThrow(
      /exited with 78.*HISTORY_SIZE|exited with 78.*PORT/s,
    );
  });
});
