import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  demoPlan,
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../simulator/start-simulator.ts';

let simulator: Simulator;
const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await simulator.close();
});

type Frame = Record<string, unknown>;

async function connect({ inQuery = false } = {}) {
  const { provider } = simulator.keys;
  const url = inQuery ? `${simulator.urls.wsUrl}?apikey=${provider}` : simulator.urls.wsUrl;
  const socket = new WebSocket(url, inQuery ? {} : { headers: { 'X-TD-APIKEY': provider } });
  sockets.push(socket);
  const frames: Frame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  await once(socket, 'open');
  const next = (event: string) =>
    vi.waitUntil(() => frames.find((frame) => frame['event'] === event), { timeout: 60_000, interval: 5 });
  return { socket, frames, next, say: (body: unknown) => socket.send(JSON.stringify(body)) };
}

const start = async (options: SimulatorOptions = {}) => {
  simulator = await startSimulator({ plan: demoPlan, ...options });
};

describe('the simulated WebSocket', () => {
  it('sends nothing before a request, then acknowledges it, with success and fails', async () => {
    await start();
    const { frames, next, say } = await connect();
    expect(frames).toEqual([]);
    say({ action: 'subscribe', params: { symbols: 'BTC/USD, NOSUCH,AAPL' } });
    expect(await next('subscribe-status')).toEqual({
      event: 'subscribe-status',
      status: 'ok',
      success: [
        { symbol: 'BTC/USD', exchange: 'Coinbase Pro', country: '', type: 'Digital Currency' },
        { symbol: 'AAPL', exchange: 'NASDAQ', country: 'United States', type: 'Common Stock' },
      ],
      fails: [{ symbol: 'NOSUCH' }],
    });
  });

  it('accepts symbols as objects and the key in the query, and has null for an empty list', async () => {
    await start();
    const { next, say } = await connect({ inQuery: true });
    say({ action: 'subscribe', params: { symbols: [{ symbol: 'EUR/USD', exchange: 'x' }] } });
    expect(await next('subscribe-status')).toMatchObject({ status: 'ok', fails: null });
    const price = await next('price');
    expect(price).toMatchObject({ symbol: 'EUR/USD', currency_base: 'Euro', currency_quote: 'US Dollar' });
    expect(Number.isInteger(price['timestamp'])).toBe(true);
    expect(Math.abs(Number(price['timestamp']) - Date.now() / 1000)).toBeLessThan(5);
    expect(typeof price['price']).toBe('number');
    expect(price).not.toHaveProperty('day_volume');
  });

  it('answers heartbeats and pings, unsubscribes on reset and unsubscribe, and reports invalid frames', async () => {
    await start();
    const { socket, frames, next, say } = await connect();
    say({ action: 'heartbeat' });
    expect(await next('heartbeat')).toEqual({ event: 'heartbeat', status: 'ok' });
    socket.ping();
    await once(socket, 'pong');
    say({ action: 'dance' });
    expect(await next('error')).toMatchObject({ code: 400, status: 'error' });
    for (const end of [{ action: 'reset' }, { action: 'unsubscribe', params: { symbols: 'BTC/USD' } }]) {
      say({ action: 'subscribe', params: { symbols: 'BTC/USD' } });
      await next('price');
      say(end);
      socket.ping();
      await once(socket, 'pong');
      frames.length = 0;
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(frames).toEqual([]);
    }
  });

  it('closes the oldest of four sockets of a key', async () => {
    await start();
    const first = await connect();
    const closed = once(first.socket, 'close');
    await connect();
    await connect();
    expect(first.socket.readyState).toBe(WebSocket.OPEN);
    await connect();
    await closed;
    expect(simulator.socket.connections()).toBe(3);
  });

  it('sends an error frame beyond 100 events a minute', async () => {
    await start();
    const { next, say } = await connect();
    for (let i = 0; i < 101; i++) say({ action: 'heartbeat' });
    expect(await next('error')).toMatchObject({ code: 429 });
  });

  it("sends a closed market's last price at once, however old", async () => {
    const saturday = Date.UTC(2026, 2, 7, 12);
    await start({
      start: saturday,
      isOpen: ({ assetClass }, time) => assetClass === 'crypto' || time < saturday - 3.6e6,
    });
    const { frames, next, say } = await connect();
    say({ action: 'subscribe', params: { symbols: 'EUR/USD' } });
    const price = await next('price');
    expect(saturday / 1000 - Number(price['timestamp'])).toBeGreaterThan(3_600 - 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(frames.filter(({ event }) => event === 'price')).toHaveLength(1);
  });
});

describe('the simulated REST', () => {
  const get = async (path: string, key = simulator.keys.provider) => {
    const answer = await fetch(`${simulator.urls.restUrl}${path}`, {
      headers: { authorization: `apikey ${key}` },
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Frame };
  };

  it('answers newest first with strings, the forming bar first, 30 by default', async () => {
    const now = Date.UTC(2026, 2, 4, 12, 34, 30);
    await start({ start: now, speed: 0 });
    const { body } = await get('/time_series?symbol=EUR/USD&interval=1min');
    const values = body['values'] as Record<string, string>[];
    expect(values).toHaveLength(30);
    expect(values[0]).toEqual({
      datetime: '2026-03-04 12:34:00',
      open: expect.stringMatching(/^1\.\d{5}$/),
      high: expect.stringMatching(/^1\.\d{5}$/),
      low: expect.stringMatching(/^1\.\d{5}$/),
      close: expect.stringMatching(/^1\.\d{5}$/),
    });
    expect(values[1]!['datetime']).toBe('2026-03-04 12:33:00');
    const days = (await get('/time_series?symbol=BTC/USD&interval=1day&outputsize=2')).body[
      'values'
    ] as Frame[];
    expect(days.map(({ datetime }) => datetime)).toEqual(['2026-03-04', '2026-03-03']);
    expect(days[0]).toHaveProperty('volume');
  });

  it('maps several symbols by name, each with a status of its own, one credit each', async () => {
    await start();
    const { body, headers, status } = await get(
      '/time_series?symbol=BTC/USD,NOSUCH&interval=1h&outputsize=1',
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ 'BTC/USD': { status: 'ok' }, NOSUCH: { status: 'error', code: 404 } });
    expect(headers.get('api-credits-used')).toBe('2');
    expect(headers.get('api-credits-left')).toBe('608');
  });

  it('refuses a wrong key, and too many requests', async () => {
    await start({ plan: { connections: 3, symbols: 8, creditsPerMinute: 2, creditsPerDay: 800 } });
    expect(await get('/time_series?symbol=BTC/USD&interval=1h', 'wrong')).toMatchObject({
      status: 401,
      body: { code: 401 },
    });
    await get('/quote?symbol=BTC/USD');
    expect((await get('/quote?symbol=BTC/USD')).body).toMatchObject({ is_market_open: true });
    const { status, body, headers } = await get('/quote?symbol=BTC/USD');
    expect(status).toBe(429);
    expect(body['message']).toContain(
      'for the current minute. 3 API credits were used, with the current limit being 2',
    );
    expect(headers.get('retry-after')).toBeNull();
  });

  it('folds every interval from the minutes that the socket sends', async () => {
    await start({ start: Date.UTC(2026, 2, 4, 12), speed: 0 });
    for (const [interval, minutes] of [
      ['5min', 5],
      ['1h', 60],
      ['4h', 240],
    ] as const) {
      const { body } = await get(`/time_series?symbol=BTC/USD&interval=${interval}&outputsize=3&order=asc`);
      for (const { datetime, open, high, low, close } of body['values'] as Record<string, string>[]) {
        const from = Date.parse(`${datetime!.replace(' ', 'T')}Z`);
        const parts = simulator.market.minutes('BTC/USD', from, from + minutes * 60_000);
        expect([open, high, low, close].map(Number)).toEqual([
          parts[0]!.open,
          Math.max(...parts.map((part) => part.high)),
          Math.min(...parts.map((part) => part.low)),
          parts.at(-1)!.close,
        ]);
      }
    }
  });
});
