import { afterEach, describe, expect, it } from 'vitest';
import type { HttpDeps } from '../../../http/http-deps.ts';
import { ask as request } from '../../support/hostile/raw-http.ts';
import { type DepsOver, httpDeps, keyed, posted, serve } from '../harness.ts';

let stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()));
  stops = [];
});

const key = 'canary-key-0123456789';
const board: HttpDeps['queueBoard'] = (ctx) => {
  ctx.body = `board ${ctx.method}`;
};
const start = async (http: DepsOver['http'] = {}) => {
  const server = await serve(httpDeps({ http, queueBoard: board }));
  stops.push(server.stop);
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    request(server.port, method, path, headers, body);
  return { ...server, ask, own: `http://127.0.0.1:${server.port}` };
};
const json = { 'content-type': 'application/json' };
const complete = JSON.stringify({ symbol: 'BTCUSD', timeframe: '1h', candles: posted(250) });

describe('privileged routes', () => {
  it('refuse pages of other origins and sites, and never answer CORS', async () => {
    const { ask, own } = await start({ allowedOrigins: ['https://app.example'] });
    for (const path of ['/api/candle-complete', '/admin/queues/api/queues/community/1/retry']) {
      for (const origin of ['https://evil.example', 'null', 'https://app.example', `${own}.evil.example`]) {
        const answer = await ask('POST', path, { ...json, ...keyed, origin }, complete);
        expect([answer.status, answer.headers['access-control-allow-origin']], origin).toEqual([
          403,
          undefined,
        ]);
      }
      for (const site of ['cross-site', 'same-site']) {
        expect(
          (await ask('POST', path, { ...json, ...keyed, 'sec-fetch-site': site }, complete)).status,
        ).toBe(403);
      }
      const preflight = await ask('OPTIONS', path, {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
      });
      expect(preflight.headers['access-control-allow-origin']).toBeUndefined();
      const good = await ask(
        'POST',
        path,
        { ...json, ...keyed, origin: own, 'sec-fetch-site': 'same-origin' },
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
        expect(
          (await ask('PUT', path, { ...keyed, 'content-type': type }, '{}')).status,
          `${path} ${type}`,
        ).toBe(path.startsWith('/admin') ? 415 : 405);
        expect(
          (await ask('POST', path, { ...keyed, 'content-type': type }, '{}')).status,
          `${path} ${type}`,
        ).toBe(415);
      }
    }
    expect((await ask('PUT', '/admin/queues/api/x', keyed)).text).toBe('board PUT');
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

  it('want a key of a request over loopback too, whoever asks and whatever came before', async () => {
    const { ask } = await start();
    for (const path of [
      '/admin/queues',
      '/admin/queues/api/queues',
      '/admin/login-links',
      '/api/candle-complete',
    ]) {
      for (const method of ['GET', 'POST', 'PUT', 'HEAD', 'DELETE']) {
        const { status } = await ask(method, path, json, method.startsWith('P') ? '{}' : undefined);
        expect([401, 405], `${method} ${path}`).toContain(status);
      }
    }
    expect((await ask('GET', '/admin/queues', keyed)).text).toBe('board GET');
  });

  it.each([
    '/api/candle-complete',
    '/api/candle-complete/',
    '/API/candle-complete',
    '/Api/Candle-Complete/',
    '//api/candle-complete',
    '/api//candle-complete',
    '/api/candle-complete//',
    '/api/./candle-complete',
    '/x/../api/candle-complete',
    '/%61pi/candle-complete',
    '/api%2fcandle-complete',
    '/api/candle-complete%20',
    '/api/candle-complete?x=/symbols',
    '/api/candle-complete;/symbols',
    '/api/candle-complete/symbols',
    '/admin/login-links',
    '/ADMIN/login-links/',
    '/admin/queues',
    '/admin/queues/',
    '/ADMIN/queues',
    '//admin/queues',
    '/admin/queues/api/queues',
    '/admin/login',
    '/Admin/Login/',
    '/admin/logout',
  ])('never answer CORS, and want a key, spelt %s', async (path) => {
    const { ask } = await start();
    const origin = 'https://any.example';
    const preflight = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-api-key',
    };
    const answers = [
      await ask('OPTIONS', path, preflight),
      await ask('POST', path, { ...json, origin }, complete),
      await ask('POST', path, { ...json, ...keyed, origin }, complete),
      await ask('GET', path, { origin }),
      await ask('HEAD', path, { origin }),
    ];
    for (const { headers } of answers)
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect([307, 401, 404, 405, 415]).toContain((await ask('POST', path, json, complete)).status);
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
    expect(preflight.headers).toMatchObject({
      'access-control-allow-methods': 'GET,HEAD,POST',
      'access-control-allow-headers': 'Content-Type',
      'access-control-max-age': '600',
    });
  });

  it('let a page of another origin read the headers of a refusal and of a list', async () => {
    const { ask } = await start();
    const { headers } = await ask('GET', '/signals', { origin: 'https://any.example' });
    expect(headers['access-control-expose-headers']).toBe('Retry-After,X-Next,X-Latest');
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
