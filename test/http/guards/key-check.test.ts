import { describe, expect, it } from 'vitest';
import { servedFeeds } from '../../support/served-feeds.ts';
import { ask, handshake, rawExchange, statusesIn } from '../../support/hostile/raw-http.ts';
import { connect, refusal } from '../../support/ws-client.ts';
import { keyCheck } from '../../../http/guards/key-check.ts';
import { testKey, keyed } from '../harness.ts';

const feeds = servedFeeds();
const board = (ctx: { body: unknown }) => void (ctx.body = 'board');
/** A server with a queue dashboard, which asks for a key. */
const start = async (trustProxy = 0) => {
  // No minute passes, however long a busy machine takes.
  const keys = keyCheck({ apiKeys: [testKey], trustProxy, now: () => 0 });
  return await feeds({ deps: { keys, queueBoard: board, http: { trustProxy } }, upgrade: { trustProxy } });
};
type Server = Awaited<ReturnType<typeof start>>;

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** Every way in, each with a wrong key or, where `right`, with the right one. */
const entrances: Record<
  string,
  (server: Server, presented: string, more?: Record<string, string>) => ReturnType<typeof ask>
> = {
  'X-API-Key': ({ port }, key, more) => ask(port, 'GET', '/admin/queues', { 'x-api-key': key, ...more }),
  Bearer: ({ port }, key, more) =>
    ask(
      port,
      'POST',
      '/api/candle-complete',
      { ...json, authorization: `Bearer ${key}`, ...more },
      '{"candles":[]}',
    ),
  'the login form': ({ port }, key, more) =>
    ask(port, 'POST', '/admin/login', { ...form, ...more }, `key=${key}`),
  'the upgrade': ({ port }, key, more) =>
    ask(port, 'GET', '/ws', { ...handshake, 'x-api-key': key, ...more }),
  'the one-time link': ({ port, tokens }, key, more) =>
    ask(port, 'GET', `/admin/login?token=${key === testKey ? tokens.create() : key}`, more),
};
const names = Object.keys(entrances);

describe('wrong keys', () => {
  it.each(names)('are judged twenty times a minute by %s, and then no more by any entrance', async (name) => {
    const server = await start();
    const statuses: number[] = [];
    for (let i = 0; i < 25; i++) statuses.push((await entrances[name]!(server, `guess-${i}`)).status);
    expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(5).fill(429)]);
    for (const other of names) {
      const { status, headers } = await entrances[other]!(server, testKey);
      expect(status, other).toBe(429);
      expect(headers['retry-after'], other).toBe('60');
    }
    expect(server.upgrade.sizes().connections).toBe(0);
    // What needs no key goes on.
    expect((await ask(server.port, 'GET', '/symbols')).status).toBe(200);
    await (await connect(`${server.url}/ws`)).settled();
  });

  it('of all entrances at once count together', async () => {
    const server = await start();
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => entrances[names[i % names.length]!]!(server, `guess-${i}`)),
    );
    const count = (status: number) => answers.filter((one) => one.status === status).length;
    expect([count(401), count(429)]).toEqual([20, 80]);
  });

  it('pipelined in one write are judged twenty times', async () => {
    const server = await start();
    const requests = Array.from(
      { length: 600 },
      (_, i) => `GET /admin/queues HTTP/1.1\r\nHost: localhost\r\nX-API-Key: guess-${i}\r\n\r\n`,
    );
    const last = `GET /admin/queues HTTP/1.1\r\nHost: localhost\r\nX-API-Key: ${testKey}\r\nConnection: close\r\n\r\n`;
    const statuses = statusesIn(await rawExchange(server.port, requests.join('') + last));
    expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(581).fill(429)]);
  });

  it('a thousand at the upgrade, then the right one: it is too late for that one', async () => {
    const server = await start();
    const guess = (key: string) => refusal(`${server.url}/ws`, { headers: { 'x-api-key': key } });
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, i) => guess(`guess-${i}`)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(980);
    const right = await guess(testKey);
    expect([right.status, right.code]).toEqual([429, 'rate_limited']);
    expect(right.headers['retry-after']).toBe('60');
  });

  it('count by the address behind a trusted proxy, whatever its port, and by the /64 of IPv6', async () => {
    const server = await start(1);
    const from = (address: string, key: string) =>
      entrances['X-API-Key']!(server, key, { 'x-forwarded-for': `6.6.6.6, ${address}` });
    for (let i = 0; i < 20; i++) await from(`[2001:db8:0:1:${i}::1]:${5000 + i}`, `guess-${i}`);
    expect((await from('2001:db8:0:1:ffff::1', testKey)).status).toBe(429);
    expect((await from('2001:db8:0:2::1', testKey)).status).toBe(200);
    // The first of the list anybody may have written.
    expect((await from('2001:db8:0:1::9', testKey)).status).toBe(429);
  });

  it('from many addresses are called wrong twenty times in all, and lock out nobody who knows the key', async () => {
    const server = await start(1);
    const from = (address: string, key: string) =>
      entrances['X-API-Key']!(server, key, { 'x-forwarded-for': address });
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => from(`10.0.0.${i % 100}`, `guess-${i}`)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(280);
    expect((await from('10.9.9.9', 'mistyped')).status).toBe(429);
    for (let i = 0; i < 50; i++) expect((await from('10.9.9.9', testKey)).status).toBe(200);
  });

  it('are none where the key is right, however many requests come at once', async () => {
    const server = await start();
    const withKey = names.filter((name) => name !== 'the one-time link');
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, i) => entrances[withKey[i % withKey.length]!]!(server, testKey)),
    );
    expect(answers.filter(({ status }) => ![101, 200, 303].includes(status))).toEqual([]);
  });

  it('that other pages send are refused before they are counted', async () => {
    const server = await start();
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const name of names.filter((one) => one !== 'the upgrade'))
      for (let i = 0; i < 10; i++)
        expect((await entrances[name]!(server, `guess-${i}`, evil)).status, name).toBe(403);
    expect((await entrances['X-API-Key']!(server, testKey)).status).toBe(200);
  });
});

describe('a key on a public route', () => {
  const secret = {
    ready: false,
    reasons: ['store: connect ECONNREFUSED 10.1.2.3:5432', 'queue: getaddrinfo ENOTFOUND redis.internal'],
  };
  it('opens what strangers are not told, and is no way around the limit', async () => {
    const server = await feeds({
      deps: {
        keys: keyCheck({ apiKeys: [testKey], trustProxy: 0, now: () => 0 }),
        queueBoard: board,
        ready: async () => secret,
        health: () => ({
          status: 'degraded',
          demo: false,
          version: '1',
          uptime_seconds: 1,
          parts: { store: { state: 'down', reason: secret.reasons[0] } },
        }),
        queue: async () => ({
          counts: { waiting: 1, active: 0, delayed: 0, completed: 0, failed: 0 },
          posts: { queued: 1, sending: 0, delivered: 0, failed: 0, parked: 0, expired: 0, superseded: 0 },
          oldest_age_seconds: 3,
          last_error: secret.reasons[0]!,
        }),
      },
    });
    const told = async (path: string, headers = {}) => (await ask(server.port, 'GET', path, headers)).text;
    for (const path of ['/ready', '/health', '/api/signals/queue']) {
      const stranger = await told(path);
      expect(stranger, path).toMatch(/ECONNREFUSED …"/);
      expect(stranger, path).not.toMatch(/10\.1|5432|redis\.internal/);
      expect(await told(path, keyed), path).toContain('connect ECONNREFUSED 10.1.2.3:5432');
      expect(await told(path, { 'x-api-key': 'wrong' }), path).toBe(stranger);
    }
    // Three were wrong so far.
    for (let i = 0; i < 17; i++) await told('/ready', { 'x-api-key': `guess-${i}` });
    expect(await told('/ready', keyed)).not.toContain('5432');
    expect((await ask(server.port, 'GET', '/admin/queues', keyed)).status).toBe(429);
  });
});

describe('Retry-After', () => {
  it('is in whole seconds, rounded up, at least one', () => {
    let at = 0;
    const keys = keyCheck({ apiKeys: [testKey], trustProxy: 0, now: () => at });
    const request = { socket: { remoteAddress: '1.1.1.1' }, headers: {} } as never;
    const refusalNow = () => {
      try {
        keys.check(request, 'wrong');
      } catch (error) {
        return error as { status: number; headers: Record<string, string> };
      }
      throw new Error('not refused');
    };
    for (let i = 0; i < 20; i++) expect(refusalNow().status).toBe(401);
    for (const [now, seconds] of [
      [0, '60'],
      [1, '60'],
      [999, '60'],
      [1_000, '59'],
      [30_500, '30'],
      [59_000, '1'],
      [59_999.5, '1'],
    ] as const) {
      at = now;
      expect(refusalNow()).toMatchObject({ status: 429, headers: { 'Retry-After': seconds } });
    }
    at = 60_000;
    expect(refusalNow().status).toBe(401);
  });
});
