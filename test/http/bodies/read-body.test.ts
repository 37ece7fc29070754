import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Problem } from '../../../http/problem.ts';
import { readBody } from '../../../http/bodies/read-body.ts';

const share = { add: () => {}, release: () => {} };
const sent = (headers: Record<string, string> = {}) =>
  Object.assign(new PassThrough(), { headers }) as PassThrough & IncomingMessage;

describe('readBody', () => {
  it('gives up on a body that drips, and reads no more of it', async () => {
    const request = sent();
    const body = readBody(request, share, 60);
    const drip = setInterval(() => request.write(' '), 10);
    await expect(body).rejects.toMatchObject({ status: 408, code: 'timeout' });
    clearInterval(drip);
    expect(request.isPaused()).toBe(true);
  });

  it('counts each piece before it keeps it', async () => {
    const request = sent();
    const pieces: number[] = [];
    const full = new Error('full');
    const counting = {
      release: () => {},
      add: (bytes: number) => {
        pieces.push(bytes);
        if (pieces.length === 2) throw full;
      },
    };
    const body = readBody(request, counting);
    request.write('123');
    request.write('45');
    request.write('6');
    await expect(body).rejects.toBe(full);
    expect(pieces).toEqual([3, 2]);
  });

  it('refuses a body that is cut off', async () => {
    const request = sent();
    const body = readBody(request, share);
    request.emit('aborted');
    await expect(body).rejects.toMatchObject({ status: 400, message: 'the body was cut off' });
  });

  const textOf = async (body: Buffer | string, headers: Record<string, string> = {}) => {
    const request = sent(headers);
    request.end(body);
    return (await readBody(request, share)).toString();
  };
  const most = 1_048_576;
  const tooLarge = { status: 413, code: 'too_large', message: 'the body has more than 1048576 bytes' };

  it('gives the text, however it is packed', async () => {
    const text = '{"a":"\ufeffé"}';
    const packed = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync };
    expect(await textOf(text)).toBe('{"a":"\ufeffé"}');
    expect(await textOf(text, { 'content-encoding': ' Identity ' })).toBe('{"a":"\ufeffé"}');
    for (const [encoding, pack] of Object.entries(packed))
      expect(await textOf(pack(text), { 'content-encoding': encoding })).toBe('{"a":"\ufeffé"}');
    expect(await textOf('', { 'content-encoding': 'gzip' })).toBe('');
  });

  it('takes as many bytes as it may, and not one more, as it is sent and unpacked', async () => {
    // Of a sequence that does not repeat, so that it packs to a half and not to nothing.
    let state = 7;
    const digit = () => 48 + ((state = (state * 48_271) % 2_147_483_647) % 10);
    const digits = Buffer.from(Array.from({ length: most }, digit));
    expect(await textOf(digits)).toHaveLength(most);
    await expect(textOf(Buffer.concat([digits, Buffer.from('1')]))).rejects.toMatchObject(tooLarge);
    expect(await textOf(digits, { 'content-length': String(most) })).toHaveLength(most);
    const gzip = { 'content-encoding': 'gzip' };
    expect(await textOf(gzipSync(digits), gzip)).toHaveLength(most);
    const packed = gzipSync(Buffer.concat([digits, Buffer.from('1')]));
    await expect(textOf(packed, gzip)).rejects.toMatchObject(tooLarge);
  });

  it('does not wait for a body that says it is too large', async () => {
    await expect(readBody(sent({ 'content-length': String(most + 1) }), share)).rejects.toMatchObject(
      tooLarge,
    );
  });

  it('unpacks a small body to 64 KB, a larger one to 32 times its size', async () => {
    const of = (bytes: number) => textOf(gzipSync(Buffer.alloc(bytes, 49)), { 'content-encoding': 'gzip' });
    expect(await of(65_536)).toHaveLength(65_536);
    await expect(of(65_537)).rejects.toMatchObject({
      status: 413,
      code: 'too_large',
      message: 'the body is packed more than 32 times',
    });
  });

  it('counts an unpacked body too, and what it throws stands', async () => {
    const pieces: number[] = [];
    const full = new Problem(429, 'rate_limited', 'full');
    const add = (bytes: number) => {
      pieces.push(bytes);
      if (bytes === 1000) throw full;
    };
    const request = sent({ 'content-encoding': 'gzip' });
    const packed = gzipSync(Buffer.alloc(1000, 49));
    request.end(packed);
    await expect(readBody(request, { ...share, add })).rejects.toBe(full);
    expect(pieces).toEqual([packed.length, 1000]);
  });

  it('refuses what is not packed as it says, and what nobody knows', async () => {
    await expect(textOf('{}', { 'content-encoding': 'gzip' })).rejects.toMatchObject({
      status: 400,
      code: 'bad_request',
    });
    await expect(textOf('{}', { 'content-encoding': 'zstd' })).rejects.toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    });
  });

  it('lets go of the request once it is read', async () => {
    const request = sent();
    request.end('{}');
    await readBody(request, share);
    expect([request.listenerCount('data'), request.isPaused()]).toEqual([0, true]);
  });
});
