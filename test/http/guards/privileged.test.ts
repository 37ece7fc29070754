import { request, type IncomingHttpHeaders } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpDeps, HttpOptions } from '../../../http/http-deps.ts';
import { httpDeps, posted, serve } from '../harness.ts';

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

const key = 'canary-key-0123456789';
const board: HttpDeps['queueBoard'] = (ctx) => {
  ctx.body = `board ${ctx.method}`;
};
const start = async (http: Partial<HttpOptions> = {}) => {
  const server = await serve(httpDeps({ http, queueBoard: board }));
  stops.push(server.stop);

  /** A raw request: fetch forbids some of these headers. */
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
      const sent = request(
        {
          port: server.port,
          host: '127.0.0.1',
          method,
          path,
          headers: { host: `127.0.0.1:${server.port}`, ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  return { ...server, ask, own: `http://127.0.0.1:${server.port}` };
};
const json = { 'content-type': 'application/json' };
const complete = JSON.stringify({ symbol: 'BTCUSD', timeframe: '1h', candles: posted(250) });
const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('privileged routes without API_KEYS', () => {
  it('answer loopback', async () => {
    const { ask } = await start();
    expect((await ask('POST', '/api/candle-complete', json, complete)).status).toBe(200);
    expect((await ask('GET', '/admin/queues')).text).toBe('board GET');
  });

  it.each(['x-forwarded-for', 'forwarded', 'x-real-ip', 'x-forwarded-host', 'via'])(
    'refuse a request forwarded with %s, however many proxies are trusted',
    async (name) => {
      for (const trustProxy of [0, 1]) {
        const { ask } = await start({ trustProxy });
        const answer = await ask('GET', '/admin/queues', { [name]: '127.0.0.1' });
        expect(answer.status).toBe(403);
        expect(JSON.parse(answer.text)).toMatchObject({ success: false, code: 'loopback_only' });
      }
    },
  );
});

describe('privileged routes', () => {
  it('refuse pages of other origins and sites, and never answer CORS', async () => {
    const { ask, own } = await start({ allowedOrigins: ['https://app.example'] });
    for (const path of ['/api/candle-complete', '/admin/queues/api/queues/community/1/retry']) {
      for (const origin of ['https://evil.example', 'null', 'https://app.example', `${own}.evil.example`]) {
        const answer = await ask('POST', path, { ...json, origin }, complete);
        expect([answer.status, answer.headers['access-control-allow-origin']], origin).toEqual([
          403,
          undefined,
        ]);
      }
      for (const site of ['cross-site', 'same-site']) {
        expect((await ask('POST', path, { ...json, 'sec-fetch-site': site }, complete)).status).toBe(403);
      }
      const preflight = await ask('OPTIONS', path, {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
      });
      expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
      const good = await ask(
        'POST',
        path,
        { ...json, origin: own, 'sec-fetch-site': 'same-origin' },
        complete,
      );
      expect(good.status).toBe(200);
      expect(good.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('take JSON only', async () => {
    const { ask } = await start();
    for (const type of [
      'application/x-www-form-urlencoded',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/jsonp',
    ]) {
      for (const path of ['/api/candle-complete', '/admin/queues/api/x']) {
        expect((await ask('PUT', path, { 'content-type': type }, '{}')).status, `${path} ${type}`).toBe(
          path.startsWith('/admin') ? 415 : 405,
        );
        expect((await ask('POST', path, { 'content-type': type }, '{}')).status, `${path} ${type}`).toBe(415);
      }
    }
    expect((await ask('PUT', '/admin/queues/api/x')).text).toBe('board PUT');
  });

  it('want a key where there are keys: X-API-Key or Bearer', async () => {
    const { ask } = await start({ apiKeys: ['another-key', key] });
    const status = async (headers: Record<string, string>) =>
      (await ask('POST', '/api/candle-complete', { ...json, ...headers }, complete)).status;
    expect(await status({})).toBe(401);
    expect(await status({ 'x-api-key': 'wrong' })).toBe(401);
    expect(await status({ 'x-api-key': key.slice(0, -1) })).toBe(401);
    expect(await status({ 'x-api-key': key })).toBe(200);
    expect(await status({ authorization: `Bearer ${key}` })).toBe(200);
    expect(await status({ authorization: `Basic ${key}` })).toBe(401);
    expect((await ask('GET', '/symbols')).status).toBe(200);
  });

  it('let an address guess 20 keys a minute', async () => {
    const { ask } = await start({ apiKeys: [key], trustProxy: 1 });
    const guess = (address: string, presented: string) =>
      ask('GET', '/admin/queues', { 'x-forwarded-for': address, 'x-api-key': presented });
    for (let i = 0; i < 20; i++) expect((await guess('1.1.1.1', `guess-${i}`)).status).toBe(401);
    const answer = await guess('1.1.1.1', key);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect((await guess('2.2.2.2', key)).status).toBe(200);
  });
});

describe('the login', () => {
  const logIn = async (server: Awaited<ReturnType<typeof start>>, presented = key, headers = {}) =>
    await server.ask(
      'POST',
      '/admin/login',
      { ...form, origin: server.own, ...headers },
      `key=${encodeURIComponent(presented)}`,
    );

  it('is what a browser is shown, takes the key, and lets in until the logout', async () => {
    const server = await start({ apiKeys: [key] });
    const { ask } = server;
    const shown = await ask('GET', '/admin/queues', { accept: 'text/html' });
    expect([shown.status, shown.headers.location]).toEqual([302, '/admin/login']);
    expect((await ask('GET', '/admin/login')).text).toContain('<form method="post" action="/admin/login">');
    const done = await logIn(server);
    expect([done.status, done.headers.location]).toEqual([303, '/admin/queues']);
    const set = done.headers['set-cookie']?.[0] ?? '';
    expect(set).toMatch(/^anso_session=[\w-]{43}; Path=\/admin; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const cookie = set.split(';')[0]!;
    expect((await ask('GET', '/admin/queues', { cookie, accept: 'text/html' })).text).toBe('board GET');
    expect((await ask('PUT', '/admin/queues/api/x', { cookie, origin: server.own })).text).toBe('board PUT');
    expect((await ask('PUT', '/admin/queues/api/x', { cookie, origin: 'https://evil.example' })).status).toBe(
      403,
    );
    expect((await ask('PUT', '/admin/queues/api/x', { cookie, ...form }, 'a=b')).status).toBe(415);
    expect((await ask('POST', '/api/candle-complete', { cookie, ...json }, complete)).status).toBe(401);
    await ask('GET', '/admin/logout', { cookie });
    expect((await ask('GET', '/admin/queues', { cookie })).status).toBe(401);
  });

  it('refuses a wrong key, a made-up session, another page, and other bodies', async () => {
    const server = await start({ apiKeys: [key] });
    const wrong = await logIn(server, '<script>alert(1)</script>');
    expect(wrong.status).toBe(401);
    expect(wrong.headers['set-cookie']).toBeUndefined();
    expect(wrong.text).toContain('not known');
    expect(wrong.text).not.toContain('script');
    expect((await server.ask('GET', '/admin/queues', { cookie: 'anso_session=x' })).status).toBe(401);
    expect((await logIn(server, key, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await logIn(server, key, { origin: 'null' })).status).toBe(403);
    expect((await logIn(server, key, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await logIn(server, key, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await logIn(server, 'x'.repeat(10_000))).status).toBe(413);
  });

  it('marks the cookie Secure behind TLS', async () => {
    const server = await start({ apiKeys: [key], trustProxy: 1 });
    const headers = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' };
    expect((await logIn(server, key, headers)).headers['set-cookie']?.[0]).toMatch(/; Secure$/);
  });
});

describe('public routes', () => {
  it('answer CORS to listed origins and 403 to others', async () => {
    const { ask, own } = await start({ allowedOrigins: ['https://app.example'] });
    const from = (origin: string) => ask('GET', '/symbols', { origin });
    expect((await from('https://app.example')).headers['access-control-allow-origin']).toBe(
      'https://app.example',
    );
    expect((await from(own)).status).toBe(200);
    for (const origin of [
      'https://evil.example',
      'null',
      'https://app.example.evil.example',
      'http://app.example',
    ]) {
      const answer = await from(origin);
      expect([answer.status, answer.headers['access-control-allow-origin']], origin).toEqual([
        403,
        undefined,
      ]);
      expect(JSON.parse(answer.text)).toMatchObject({ success: false, code: 'foreign_origin' });
    }
    const preflight = await ask('OPTIONS', '/analyze', {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-methods']).toContain('POST');
  });

  it('answer any origin where the list is *, without credentials', async () => {
    const { ask } = await start();
    const { headers } = await ask('GET', '/symbols', { origin: 'https://any.example' });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['access-control-allow-credentials']).toBeUndefined();
  });
});

describe('a secret', () => {
  it('is in no answer, metric or error', async () => {
    const errors: unknown[] = [];
    const server = await serve(
      httpDeps({ http: { apiKeys: [key] }, queueBoard: board, onError: (error) => void errors.push(error) }),
    );
    stops.push(server.stop);
    const texts: string[] = [];
    const paths = [
      '/',
      '/symbols',
      '/health',
      '/metrics',
      '/openapi.json',
      '/admin/login',
      `/signals/${key}x`,
      '/api/candle-complete',
    ];
    for (const path of paths) {
      for (const headers of [{ 'x-api-key': key }, { authorization: `Bearer ${key}` }]) {
        const response = await fetch(server.url + path, { headers });
        texts.push(await response.text(), JSON.stringify([...response.headers]));
      }
    }
    expect(texts.join('\n')).not.toContain(key);
    expect(JSON.stringify(errors)).not.toContain(key);
  });
});
