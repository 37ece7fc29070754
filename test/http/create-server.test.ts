import { PassThrough } from 'node:stream';
import Koa from 'koa';
import { describe, expect, it } from 'vitest';
import { createServer, refuse } from '../../http/create-server.ts';

describe('createServer', () => {
  it('gives a sender 10 s for its head, 30 s for its request and a minute of silence, and looks every 2 s', () => {
    const server = createServer(new Koa(), { maxConnections: 50 });
    expect(server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: 2_000,
      timeout: 60_000,
      maxHeadersCount: 100,
      // Room for a thousand requests beside the WebSockets.
      maxConnections: 1_050,
    });
  });

  it.each([
    [{ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, 408, 'timeout', 'Request Timeout'],
    [{ code: 'HPE_HEADER_OVERFLOW' }, 431, 'bad_request', 'Request Header Fields Too Large'],
    [
      { code: 'HPE_INVALID_METHOD', reason: 'Invalid method' },
      400,
      'bad_request',
      'Bad Request: Invalid method',
    ],
    [{}, 400, 'bad_request', 'Bad Request'],
  ])('answers a request that fails with %o by %i', (error, status, code, words) => {
    const server = createServer(new Koa(), { maxConnections: 50 });
    const socket = new PassThrough();
    server.emit('clientError', Object.assign(new Error('x'), error), socket);
    const text = String(socket.read());
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toEqual({ success: false, error: words, code });
  });

  it('answers nobody who has gone', () => {
    const server = createServer(new Koa(), { maxConnections: 50 });
    const reset = new PassThrough();
    server.emit('clientError', Object.assign(new Error('x'), { code: 'ECONNRESET' }), reset);
    const ended = new PassThrough();
    ended.end();
    server.emit('clientError', new Error('x'), ended);
    expect([reset.read(), ended.read(), reset.destroyed, ended.destroyed]).toEqual([null, null, true, true]);
  });
});

describe('refuse', () => {
  const said = (...given: Parameters<typeof refuse> extends [unknown, ...infer Rest] ? Rest : never) => {
    const socket = new PassThrough();
    refuse(socket, ...given);
    const [head = '', body = ''] = String(socket.read()).split('\r\n\r\n');
    return { socket, lines: head.split('\r\n'), body };
  };

  it('sends an error in the usual shape, with the length of its bytes, and closes', async () => {
    const { socket, lines, body } = said(403, 'foreign_host', 'no – “x”', { 'X-Why': 'host' });
    expect(lines).toEqual([
      'HTTP/1.1 403 Forbidden',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      'X-Why: host',
    ]);
    expect(JSON.parse(body)).toEqual({ success: false, error: 'no – “x”', code: 'foreign_host' });
    await expect.poll(() => socket.destroyed).toBe(true);
  });

  it('tells who may come again when to', () => {
    for (const status of [429, 503]) {
      expect(said(status, 'x', 'x').lines).toContain('Retry-After: 5');
      expect(said(status, 'x', 'x', { 'Retry-After': '60' }).lines.slice(-1)).toEqual(['Retry-After: 60']);
    }
    expect(said(404, 'x', 'x').lines.join()).not.toContain('Retry-After');
  });
});
