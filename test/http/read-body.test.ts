import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../http/read-body.ts';

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
});
