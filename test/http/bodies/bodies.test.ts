import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyBudget } from '../../../http/guards/body-budget.ts';
import { httpDeps, posted, serve, type TestServer } from '../harness.ts';

const errors: unknown[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await serve(httpDeps({ onError: (error) => void errors.push(error) }));
});
afterAll(() => server.stop());

const post = async (body: string | Buffer, headers: Record<string, string> = {}, path = '/analyze') => {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: body as BodyInit,
  });
  const answer = (await response.json()) as { code?: string; error?: string };
  return { status: response.status, ...answer };
};

const window = JSON.stringify({ symbol: 'BTCUSD', candles: posted(400) });
const brotli = (bytes: string | Buffer) =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
const packers = { gzip: gzipSync, deflate: deflateSync, br: brotli } as const;
const encodings = Object.entries(packers);

describe('a packed body', () => {
  it.each(encodings)('of candles is taken: %s', async (encoding, pack) => {
    expect((await post(pack(window), { 'content-encoding': encoding })).status).toBe(200);
  });

  it.each(encodings)(
    'that unpacks to far more than it is, is refused before it is: %s',
    async (encoding, pack) => {
      const bomb = pack(Buffer.alloc(1_000_000, '['));
      expect(bomb.length).toBeLessThan(1_100);
      const answer = await post(bomb, { 'content-encoding': encoding });
      expect(answer).toMatchObject({
        status: 413,
        code: 'too_large',
        error: 'the body is packed more than 32 times',
      });
      const large = pack(Buffer.from(JSON.stringify(Array.from({ length: 200_000 }, (_, i) => i * 7_919))));
      expect(await post(large, { 'content-encoding': encoding })).toMatchObject({
        status: 413,
        error: 'the body has more than 1048576 bytes',
      });
    },
  );

  it('that is not packed so, or in a way nobody knows, is refused', async () => {
    expect(await post(window, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 400,
      code: 'bad_request',
    });
    for (const encoding of ['zstd', 'gzip, gzip', 'constructor'])
      expect((await post(window, { 'content-encoding': encoding })).status, encoding).toBe(415);
  });
});

describe('a costly body', () => {
  const bad = (count: number) => Array.from({ length: count }, () => ({ time: 'x', open: -1, high: null }));
  it.each<[string, string, string]>([
    ['1 MB of [[[', '['.repeat(1_000_000), 'the body: is nested deeper than 16'],
    ['250,000 NaN', `[${'NaN,'.repeat(250_000)}1]`, 'the body: has more than 150000 values'],
    ['140,000 NaN', `{"candles":[${'NaN,'.repeat(140_000)}1]}`, 'candles[0]: must be a finite number'],
    ['a bare NaN', 'NaN', 'the body: must be a finite number'],
    ['brackets that close nothing', `${']'.repeat(400_000)}${'['.repeat(10)}NaN`, 'the body must be JSON: '],
    [
      '12,000 bad candles',
      JSON.stringify({ symbol: 'X', candles: bad(12_000) }),
      'candles[0].open: must be above 0',
    ],
    [
      '24,000 bad candles',
      JSON.stringify({ symbol: 'X', candles: bad(24_000) }),
      'candles: at most 20000 are taken',
    ],
    [
      'a NUL in a name',
      '{"sym\\u0000bol":1}',
      'the body: sym<U+0000>bol is a name that must not hold U+0000',
    ],
    [
      'a bidi mark in a text',
      '{"symbol":"BTC\u202eUSD"}',
      'the body: symbol must not hold U+202E (character 4)',
    ],
    ['half a surrogate pair', '{"symbol":"\\ud800"}', 'the body: symbol must not hold U+D800 (character 1)'],
  ])('of %s is refused with its first problem alone', async (_, body, message) => {
    const { status, error } = await post(body);
    expect(status).toBe(400);
    expect(error).toContain(message);
    expect(error).not.toContain('; ');
    expect(errors).toEqual([]);
  });

  it('that is not UTF-8 is refused; one that begins with a byte order mark is taken', async () => {
    const bytes = Buffer.concat([Buffer.from('{"symbol":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]);
    expect(await post(bytes)).toMatchObject({ status: 400, error: 'the body must be JSON: it is not UTF-8' });
    expect((await post(`\ufeff${window}`)).status).toBe(200);
  });

  it('says it is too large before it is sent, and the connection is closed', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      'POST /analyze HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000000000\r\n\r\n[',
    );
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(socket, 'close');
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain('the body has more than 1048576 bytes');
  });
});

describe('bodies in memory', () => {
  it('are bounded for one caller and for all, by what has arrived', () => {
    const budget = bodyBudget({ perCaller: 10, inAll: 25 });
    const shares = ['a', 'a', 'b', 'c'].map((caller) => budget.open(caller));
    const [a, again, b, c] = shares;
    a!.add(6);
    again!.add(4);
    expect(() => again!.add(1)).toThrow('at most 10 bytes of bodies at once');
    b!.add(10);
    c!.add(5);
    expect(() => c!.add(1)).toThrow('too many bodies at once');
    a!.release();
    a!.release();
    c!.add(1);
    again!.add(5);
    for (const share of shares) share.release();
    expect(budget.bytes()).toBe(0);
    // Of what is left of a caller the last byte counts.
    a!.add(9);
    again!.add(1);
    a!.release();
    expect(() => a!.add(10)).toThrow('at most 10 bytes of bodies at once');
    a!.add(9);
  });

  it('of one address are refused with 429 above the limit, and are free again when they are cut off', async () => {
    const most = 1_048_576;
    const head = { 'content-type': 'application/json', 'content-length': String(most) };
    const begin = () => {
      const begun = request(`${server.url}/analyze`, { method: 'POST', headers: head });
      begun.on('error', () => {});
      begun.write(Buffer.alloc(most - 1, 32));
      return begun;
    };
    const statusOf = async (begun: ReturnType<typeof begin>) => {
      const [response] = (await once(begun, 'response')) as [{ statusCode: number; resume: () => void }];
      response.resume();
      return response.statusCode;
    };
    const open = Array.from({ length: 12 }, begin);
    expect(await Promise.race(open.map(statusOf))).toBe(429);
    for (const one of open) one.destroy();
    await expect.poll(async () => (await post(window)).status).toBe(200);
  });
});
