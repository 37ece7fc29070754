import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from '../../http/problem.ts';
import { problems } from '../../http/problems.ts';

let thrown: unknown;
const reported: unknown[] = [];
const app = new Koa();
app.use(problems((error) => void reported.push(error)));
app.use((ctx) => {
  if (ctx.path === '/empty') ctx.status = 404;
  else if (ctx.path === '/null') ctx.body = null;
  else if (ctx.path === '/own') {
    ctx.status = 404;
    ctx.body = 'a page of its own';
  } else if (ctx.path === '/method') {
    ctx.set('Allow', 'GET');
    ctx.status = Number(ctx.query['status']);
  } else if (ctx.path === '/thrown') throw thrown;
});
let port: number;
let close: () => Promise<unknown>;
beforeAll(async () => {
  const server = app.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  ({ port } = server.address() as AddressInfo);
  close = () => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  };
});
afterAll(() => close());

const ask = async (path: string, headers: Record<string, string> = {}) => {
  reported.length = 0;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text,
  };
};
const answered = (error: unknown) => {
  thrown = error;
  return ask('/thrown');
};

describe('problems', () => {
  it('are a page in a browser, with the same words, none of which is markup, and a way back', async () => {
    thrown = new Problem(418, 'a<b', `no <script>"it's" & </script>`);
    const { status, headers, body } = await ask('/thrown', { accept: 'text/html,*/*' });
    expect([status, headers.get('content-type')]).toEqual([418, 'text/html; charset=utf-8']);
    expect(body).toContain(
      '<p role="alert">no &lt;script&gt;&quot;it&#39;s&quot; &amp; &lt;/script&gt;.</p><p><small>418 a&lt;b</small></p>',
    );
    expect(body).toContain('<title>Anso Vision: 418</title>');
    expect(body).toContain('<a href="./">');
    // Who takes JSON as well is a program.
    thrown = new Problem(418, 'a', 'b');
    expect(await ask('/thrown', { accept: 'application/json,text/html' })).toMatchObject({
      body: { success: false },
    });
  });

  it('give a Problem’s status, code, words, fields and headers, and let nobody keep them', async () => {
    const problem = new Problem(409, 'conflict', 'no', { 'Retry-After': '7' }, { close_time: 2, now: 1 });
    const { status, headers, body } = await answered(problem);
    expect(status).toBe(409);
    expect(body).toEqual({ success: false, error: 'no', code: 'conflict', close_time: 2, now: 1 });
    expect(headers.get('retry-after')).toBe('7');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(reported).toEqual([]);
  });

  it('report a failure of ours, and not one that we have foreseen', async () => {
    const bug = new TypeError('x is undefined');
    expect(await answered(bug)).toMatchObject({
      status: 500,
      body: { success: false, code: 'internal', error: 'an internal error; the server has logged it' },
    });
    expect(reported).toEqual([bug]);
    expect(await answered(new Problem(503, 'stopping', 'the server stops'))).toMatchObject({ status: 503 });
    expect(reported).toEqual([]);
    for (const odd of ['text', null, undefined, { status: 'x' }, { status: 399 }, { status: 500 }])
      expect(await answered(odd)).toMatchObject({ status: 500, body: { code: 'internal' } });
  });

  it('give the status alone of another’s error with a 4xx', async () => {
    const codes = {
      400: 'bad_request',
      403: 'bad_request',
      404: 'not_found',
      405: 'method_not_allowed',
      408: 'timeout',
      413: 'too_large',
      415: 'unsupported_media_type',
      499: 'bad_request',
    };
    for (const [status, code] of Object.entries(codes)) {
      const { body, ...answer } = await answered(
        Object.assign(new Error('secret'), { status: Number(status) }),
      );
      expect([answer.status, body]).toEqual([
        Number(status),
        { success: false, code, error: code.replaceAll('_', ' ') },
      ]);
      expect(reported).toEqual([]);
    }
    expect(await answered({ status: 413, limit: 4096 })).toMatchObject({
      status: 413,
      body: { code: 'too_large', error: 'the body has more than 4096 bytes' },
    });
  });

  it('name the first three of many faults, and how many more there are', async () => {
    const schema = z.object({ a: z.number(), b: z.number(), c: z.number(), d: z.number(), e: z.number() });
    const faults = (value: object) => answered(schema.safeParse(value).error);
    const errorOf = async (value: object) => ((await faults(value)).body as { error: string }).error;
    const all = { a: 1, b: 1, c: 1, d: 1, e: 1 };
    expect((await errorOf({})).split('; ')).toEqual([
      expect.stringMatching(/^a: /),
      expect.stringMatching(/^b: /),
      expect.stringMatching(/^c: /),
      'and 2 more',
    ]);
    expect((await errorOf({ d: 1, e: 1 })).split('; ')).toHaveLength(3);
    expect((await errorOf({ ...all, c: 'x' })).split('; ')).toEqual([expect.stringMatching(/^c: /)]);
    expect(await faults({})).toMatchObject({ status: 400, body: { code: 'bad_request' } });
    expect((await answered(z.number().safeParse('x').error)).body).toMatchObject({
      error: expect.not.stringMatching(/^:/) as string,
    });
    const few = z.object({ candles: z.array(z.number()).min(2), other: z.array(z.number()).min(2) });
    const codeOf = async (value: object) =>
      ((await answered(few.safeParse(value).error)).body as { code: string }).code;
    expect(await codeOf({ candles: [1], other: [1, 2] })).toBe('insufficient_data');
    expect(await codeOf({ candles: [1, 2], other: [1] })).toBe('bad_request');
    expect(await codeOf({ candles: 1, other: [1, 2] })).toBe('bad_request');
  });

  it('make an answer of a page that is not there, and leave one that has a body', async () => {
    for (const path of ['/empty', '/other'])
      expect(await ask(path)).toMatchObject({ status: 404, body: { success: false, code: 'not_found' } });
    expect(await ask('/own')).toMatchObject({ status: 404, body: 'a page of its own' });
    // Nothing to say is an answer.
    expect(await ask('/null')).toMatchObject({ status: 204 });
  });

  it('name the methods of a route that was asked with another', async () => {
    for (const status of [405, 501])
      expect(await ask(`/method?status=${status}`)).toMatchObject({
        status: 405,
        body: { code: 'method_not_allowed', error: 'this route takes GET' },
      });
  });

  it('close the connection where much of a body would still come, and keep it for a small one', async () => {
    thrown = new Problem(401, 'key_needed', 'a key');
    const connection = async (headers: OutgoingHttpHeaders) => {
      const posting = request({ port, host: '127.0.0.1', path: '/thrown', method: 'POST', headers });
      posting.on('error', () => {}).flushHeaders();
      const [response] = (await once(posting, 'response')) as [IncomingMessage];
      posting.destroy();
      return response.headers.connection;
    };
    expect(await connection({ 'content-length': 16_384 })).toBe('keep-alive');
    expect(await connection({ 'content-length': 16_385 })).toBe('close');
    expect(await connection({ 'transfer-encoding': 'chunked' })).toBe('close');
    expect((await answered(thrown)).headers.get('connection')).toBe('keep-alive');
  });
});
