import { describe, expect, it } from 'vitest';
import { servedFeeds } from '../../support/served-feeds.ts';
import { ask, handshake, rawExchange, statusesIn } from '../../support/hostile/raw-http.ts';
import { keyed } from '../harness.ts';
import { foreignHosts, proxyHeaders } from './foreign-hosts.ts';

const start = servedFeeds();
const json = { 'content-type': 'application/json' };
/** Too few to decide on, which the route answers with 200. */
const complete = JSON.stringify({ symbol: 'BTCUSD', timeframe: '1h', candles: [] });
const board = { queueBoard: (ctx: { body: unknown }) => void (ctx.body = 'board') };

const privilegedRequests: readonly [string, string, Record<string, string>, string?][] = [
  ['POST', '/api/candle-complete', json, complete],
  ['GET', '/admin/queues', {}],
  ['POST', '/admin/login-links', {}],
];

describe('a request without a key', () => {
  it(
    'is answered by no privileged route, whatever its Host and whatever a proxy seems to say',
    { timeout: 600_000 },
    async () => {
      expect(foreignHosts.length).toBeGreaterThanOrEqual(60);
      expect(proxyHeaders.length).toBeGreaterThanOrEqual(20);
      for (const trustProxy of [0, 1]) {
        const { port } = await start({ deps: { ...board, http: { trustProxy } } });
        const hosts = [...foreignHosts, `127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
        let asked = 0;
        for (const host of hosts) {
          const answers = await Promise.all(
            proxyHeaders.flatMap((more) =>
              privilegedRequests.map(([method, path, headers, body]) => {
                const page = { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
                return ask(port, method, path, { ...headers, ...more, ...page, host }, body);
              }),
            ),
          );
          asked += answers.length;
          for (const { status, headers, text } of answers) {
            expect([400, 401, 403], `${host}: ${status} ${text}`).toContain(status);
            expect(headers['access-control-allow-origin']).toBeUndefined();
          }
        }
        expect(asked).toBeGreaterThanOrEqual(60 * 20 * privilegedRequests.length);
      }
    },
  );
});

describe('a Host', () => {
  it.each(foreignHosts)(
    '%j is refused over loopback on REST and at the upgrade, even with the key',
    async (host) => {
      const { port } = await start();
      const request = { ...keyed, host };
      const rest = await ask(port, 'GET', '/symbols', request);
      const upgrade = await ask(port, 'GET', '/ws', { ...request, ...handshake });
      for (const { status, text } of [rest, upgrade]) {
        expect([400, 403]).toContain(status);
        expect(JSON.parse(text)).toMatchObject({ success: false });
      }
    },
  );

  it('that is foreign is refused with every forwarding header while no proxy is trusted, and served behind one that is', async () => {
    const untrusting = await start();
    const trusting = await start({ deps: { http: { trustProxy: 1 } }, upgrade: { trustProxy: 1 } });
    for (const more of proxyHeaders) {
      const host = 'anso.example';
      for (const [path, extra] of [
        ['/symbols', {}],
        ['/ws', handshake],
      ] as const) {
        const answer = await ask(untrusting.port, 'GET', path, { host, ...more, ...extra });
        expect([answer.status, JSON.parse(answer.text).code], JSON.stringify(more)).toEqual([
          403,
          'foreign_host',
        ]);
      }
    }
    const forwarded = { host: 'anso.example', 'x-forwarded-for': '1.2.3.4' };
    expect((await ask(trusting.port, 'GET', '/symbols', forwarded)).status).toBe(200);
    expect((await ask(trusting.port, 'GET', '/ws', { ...forwarded, ...handshake })).status).toBe(101);
    // Past the proxy.
    expect((await ask(trusting.port, 'GET', '/symbols', { host: 'anso.example' })).status).toBe(403);
  });

  it.each(['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.0.0.9', '[::1]'])(
    '%s is served',
    async (name) => {
      const { port } = await start();
      const host = `${name}:${port}`;
      expect((await ask(port, 'GET', '/symbols', { host })).status).toBe(200);
      expect((await ask(port, 'GET', '/ws', { host, ...handshake })).status).toBe(101);
    },
  );

  const upgradeLines = Object.entries(handshake)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  it.each([
    ['none', ''],
    ['two', 'Host: localhost\r\nHost: localhost\r\n'],
    ['a second foreign one', 'Host: localhost\r\nhost: evil.example\r\n'],
    ['a first foreign one', 'Host: evil.example\r\nHost: localhost\r\n'],
    ['an empty one', 'Host:\r\n'],
  ])('is needed exactly once: %s is refused', async (_, hosts) => {
    const { port, upgrade } = await start();
    for (const version of ['1.1', '1.0'])
      for (const [path, more] of [
        ['/symbols', 'Connection: close\r\n'],
        ['/ws', upgradeLines],
      ]) {
        const text = await rawExchange(port, `GET ${path} HTTP/${version}\r\n${hosts}${more}\r\n`);
        expect(statusesIn(text), `${path} ${version}`).toEqual([400]);
      }
    expect(upgrade.sizes().connections).toBe(0);
  });

  it.each([
    'http://evil.example/symbols',
    'http://127.0.0.1/symbols',
    '*',
    'symbols',
    '@evil.example/symbols',
  ])('is asked for a path of its own: %s is refused', async (target) => {
    const { port } = await start();
    const text = await rawExchange(
      port,
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
    expect(statusesIn(text)).toEqual([400]);
  });
});
