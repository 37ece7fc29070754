import { WebSocket } from 'ws';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { callingCandles } from '../support/calling-candles.ts';
import type { RunningServer } from '../support/server.ts';
import { createWorld, deliveryOf, postClose, sleep, type World } from '../support/world.ts';
import { patience } from '../support/patience.ts';

const clientCount = 500;

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});
async function world(environment: Record<string, string> = {}): Promise<World> {
  const made = await createWorld(environment);
  cleanUp.push(() => made.dispose());
  return made;
}

async function stopMs(server: RunningServer): Promise<number> {
  const begun = performance.now();
  expect(await server.stop()).toBe(0);
  return performance.now() - begun;
}

describe('SIGTERM', () => {
  it('ends a busy server in time, with analyses and posts in flight, and loses none of them', async () => {
    const { start, simulator } = await world({ COMMUNITY_IDEMPOTENT: 'true', COMMUNITY_TIMEOUT_MS: '3000' });
    const server = await start();
    simulator.faults.community.always = 'stored_no_answer';
    const ids = await Promise.all(['ONE', 'TWO', 'THREE'].map((symbol) => postClose(server, symbol)));
    await until(() => simulator.community.attempts().length >= 3);
    const body = JSON.stringify({ symbol: 'BTCUSD', timeframe: '1h', candles: callingCandles() });
    const headers = { 'content-type': 'application/json' };
    const analyses = Array.from({ length: 8 }, () =>
      fetch(`${server.url}/analyze`, { method: 'POST', headers, body }).then(
        ({ status }) => status,
        () => 'cut',
      ),
    );
    await sleep(20);
    expect(await stopMs(server)).toBeLessThan(10_000 * patience());
    for (const end of await Promise.all(analyses)) expect([200, 429, 503, 'cut']).toContain(end);

    simulator.faults.community.always = undefined;
    const again = await start();
    for (const id of ids)
      await until(async () => (await deliveryOf(again, id))?.state === 'delivered', 30_000);
    expect(simulator.received().length).toBeGreaterThanOrEqual(3);
  });

  it(`tells ${clientCount} clients 1001, and exits 0`, async () => {
    const { start } = await world({ MAX_CONNECTIONS_PER_IP: '1000' });
    const server = await start();
    const codes: number[] = [];
    const sockets = Array.from({ length: clientCount }, (_, i) => {
      const path = i % 2 === 0 ? '/ws' : '/ws/signals';
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`);
      socket.on('open', () => socket.send(JSON.stringify({ action: 'subscribe', symbol: 'BTCUSD' })));
      socket.on('close', (code) => codes.push(code));
      return socket;
    });
    let subscribed = 0;
    for (const socket of sockets) socket.once('message', () => subscribed++);
    await until(() => subscribed === clientCount, 20_000);
    expect(await stopMs(server)).toBeLessThan(10_000 * patience());
    await until(() => codes.length === clientCount);
    expect(new Set(codes)).toEqual(new Set([1001]));
  });

  it('given twice exits at once', async () => {
    const { start, simulator } = await world({ COMMUNITY_TIMEOUT_MS: '8000' });
    const server = await start();
    simulator.faults.community.always = 'no_answer';
    await postClose(server, 'HANGS');
    await until(() => simulator.community.attempts().length === 1);
    const ended = server.stop();
    await until(() => server.log.some(({ msg }) => msg === 'stopping'));
    // The post in hand holds the stop up.
    expect(await Promise.race([ended, sleep(700).then(() => 'still stopping')])).toBe('still stopping');
    const begun = performance.now();
    expect(await server.stop()).toBe(1);
    expect(performance.now() - begun).toBeLessThan(1_000 * patience());
  });
});

describe('a refused key', () => {
  it('leaves the server up: /ready says no, /health says refused, and posted candles are still analysed', async () => {
    const { start } = await world({ TWELVEDATA_API_KEY: 'another-key-than-theirs' });
    const server = await start();
    const health = await until(async () => {
      const answer = await server.get<{ parts: { feed: { feed: string } } }>('/health');
      return answer.parts.feed.feed === 'refused' && answer;
    });
    expect(health).toMatchObject({ status: 'degraded', parts: { feed: { state: 'down', feed: 'refused' } } });
    const ready = await fetch(`${server.url}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      ready: false,
      reasons: [expect.stringContaining('feed: refused') as string],
    });
    const id = await postClose(server, 'OUTSIDE');
    await until(async () => (await deliveryOf(server, id))?.state === 'delivered', 15_000);
    expect(await stopMs(server)).toBeLessThan(10_000 * patience());
  });
});
