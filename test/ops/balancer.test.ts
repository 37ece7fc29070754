import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { needs } from '../support/needs.ts';
import { caddy, type Proxy, shownSettings } from '../support/services/proxies.ts';
import { until } from '../support/until.ts';

/** What stands for a gateway: says who it is, and whether it is ready. */
interface Gateway {
  readonly port: number;
  isReady: boolean;
  readonly server: Server;
}

async function gateway(name: string): Promise<Gateway> {
  const made = { isReady: true };
  const server = createServer(({ url }, response) => {
    response.writeHead(url === '/ready' && !made.isReady ? 503 : 200).end(name);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(made, { server, port: (server.address() as AddressInfo).port });
}

describe('the balancer in front of several gateways, as documented', needs.proxies, () => {
  let gateways: Gateway[];
  let proxy: Proxy;
  beforeAll(async () => {
    gateways = await Promise.all(['a', 'b', 'c'].map(gateway));
    proxy = await caddy(await shownSettings('balancer/Caddyfile'), ...gateways.map(({ port }) => port));
  });
  afterAll(async () => {
    await proxy?.dispose();
    for (const { server } of gateways) {
      server.close();
      server.closeAllConnections();
    }
  });
  const ask = async (cookie?: string) => {
    const sent = request({
      host: 'localhost',
      family: 4,
      port: proxy.port,
      path: '/symbols',
      agent: false,
      ca: proxy.certificate,
      headers: cookie === undefined ? {} : { cookie },
    });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let who = '';
    for await (const chunk of response) who += String(chunk);
    return { status: response.statusCode, who, cookie: response.headers['set-cookie']?.[0]?.split(';')[0] };
  };

  it('keeps a browser at its gateway, and takes another when that is not ready, or dead', async () => {
    const first = await ask();
    expect(first.status).toBe(200);
    for (let i = 0; i < 6; i++) expect((await ask(first.cookie)).who).toBe(first.who);
    const own = gateways['abc'.indexOf(first.who)]!;
    own.isReady = false;
    await until(async () => (await ask(first.cookie)).who !== first.who);
    own.isReady = true;
    await until(async () => (await ask(first.cookie)).who === first.who);
    own.server.close();
    own.server.closeAllConnections();
    // Nobody is told of it.
    for (let i = 0; i < 20; i++) {
      const { status, who } = await ask(first.cookie);
      expect(status).toBe(200);
      expect(who).not.toBe(first.who);
    }
  });
});
