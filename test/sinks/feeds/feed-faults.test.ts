import { describe, expect, it } from 'vitest';
import { fanoutClient, type FanoutClient } from '../../../bench/fanout-client.ts';
import { servedFeeds } from '../../support/served-feeds.ts';
import { connect } from '../../support/ws-client.ts';
import { patience } from '../../support/patience.ts';

const start = servedFeeds();
const tick = (symbol: string, price: number) => ({ symbol, price, eventTime: 1_000, receivedTime: 2_000 });
const leave = (clients: readonly FanoutClient[]) => {
  for (const { socket } of clients)
    socket
      .removeAllListeners('error')
      .on('error', () => {})
      .destroy();
};

describe('the feeds', () => {
  it('hold nothing after 10,000 clients have come, subscribed and left', async () => {
    const { port, prices, upgrade, released, watched } = await start();
    for (let wave = 0; wave < 20; wave++) {
      const subscribe = JSON.stringify({ action: 'subscribe', symbols: ['BTCUSD', `WAVE${wave}`] });
      leave(await Promise.all(Array.from({ length: 500 }, () => fanoutClient({ port, subscribe }))));
    }
    await expect.poll(() => prices.sizes()).toEqual({ connections: 0, symbols: 0, prices: 0 });
    await expect.poll(() => upgrade.sizes()).toEqual({ connections: 0, addresses: 0 });
    expect(released.length).toBe(watched.length);
  });

  it('hold nothing after 100,000 unknown symbols were asked for', async () => {
    const { url, prices, watched } = await start();
    const clients = await Promise.all([1, 2].map(() => connect(`${url}/ws`)));
    for (let frame = 0; frame < 500; frame++) {
      const symbols = Array.from({ length: 200 }, (_, i) => `NO${frame * 200 + i}`);
      clients[frame % 2]!.send({ action: 'subscribe', symbols });
      if (frame % 20 === 19) await Promise.all(clients.map((client) => client.settled()));
    }
    await Promise.all(clients.map((client) => client.settled()));
    expect(watched).toHaveLength(100_000);
    expect(prices.sizes()).toEqual({ connections: 2, symbols: 0, prices: 0 });
    const codes = new Set(
      clients.flatMap((client) => client.frames.map((frame) => frame.code ?? frame.type)),
    );
    expect(codes).toEqual(new Set(['symbol_unknown', 'pong']));
  });

  it('lose the 50 of 500 clients that never read within two pings; the others get everything', async () => {
    const { port, prices } = await start({ prices: { limits: { pingIntervalMs: 1_000 } } });
    const subscribe = JSON.stringify({ action: 'subscribe', symbols: ['BTCUSD'] });
    const join = (count: number) =>
      Promise.all(Array.from({ length: count }, () => fanoutClient({ port, subscribe })));
    const readers = await join(450);
    const deaf = await join(50);
    for (const { socket } of deaf)
      socket
        .removeAllListeners('error')
        .on('error', () => {})
        .pause();
    let sent = 0;
    const timer = setInterval(() => prices.publishTick(tick('BTCUSD', ++sent)), 20);
    const at = performance.now();
    await expect.poll(() => prices.sizes().connections).toBe(450);
    expect(performance.now() - at).toBeLessThan(3_000 * patience());
    clearInterval(timer);
    await expect.poll(() => readers.every((reader) => reader.frames === sent + 1)).toBe(true);
    leave([...readers, ...deaf]);
  });

  it('close 500 clients with 1001 at once', async () => {
    const { port, prices } = await start();
    const subscribe = JSON.stringify({ action: 'subscribe', symbols: ['BTCUSD'] });
    const clients = await Promise.all(Array.from({ length: 500 }, () => fanoutClient({ port, subscribe })));
    const at = performance.now();
    // These clients do not answer the close: the server does not wait for them for ever.
    await prices.close();
    expect(performance.now() - at).toBeLessThan(5_000 * patience());
    expect(prices.sizes().connections).toBe(0);
    leave(clients);
  });
});
