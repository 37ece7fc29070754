import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { servedFeeds } from '../../support/served-feeds.ts';
import { connect, refusal } from '../../support/ws-client.ts';

const start = servedFeeds();

describe('the upgrade', () => {
  it.each([
    'https://evil.example',
    'null',
    'https://app.example.evil.example',
    'https://app.example:444',
    'http://app.example',
    'https://APP.example',
    'https://app.example/',
  ])('refuses the origin %s where ALLOWED_ORIGINS is a list', async (origin) => {
    const { url, registry, upgrade } = await start({ upgrade: { allowedOrigins: ['https://app.example'] } });
    expect(await refusal(`${url}/ws`, { headers: { origin } })).toMatchObject({
      status: 403,
      code: 'foreign_origin',
    });
    expect(await registry.metrics()).toContain('anso_ws_refusals_total{code="foreign_origin"} 1');
    expect(upgrade.sizes()).toEqual({ connections: 0, addresses: 0 });
  });

  it('takes a listed origin, its own page, no origin, and with * any', async () => {
    const listed = await start({ upgrade: { allowedOrigins: ['https://app.example'] } });
    for (const origin of ['https://app.example', `http://127.0.0.1:${listed.port}`, undefined]) {
      const client = await connect(`${listed.url}/ws`, origin === undefined ? {} : { headers: { origin } });
      await client.settled();
    }
    const open = await start();
    await (await connect(`${open.url}/ws`, { headers: { origin: 'null' } })).settled();
  });

  it('refuses a foreign Host on loopback, as REST does', async () => {
    const { url, port } = await start();
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example', '10.0.0.1']) {
      expect(await refusal(`${url}/ws`, { headers: { host } })).toMatchObject({
        status: 403,
        code: 'foreign_host',
      });
      const status = await new Promise((resolve) => {
        request({ port, host: '127.0.0.1', path: '/symbols', headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
      expect(status).toBe(403);
    }
    await (await connect(`${url}/ws`, { headers: { host: `localhost:${port}` } })).settled();
  });

  it('takes nobody any more once the server stops, and leaves those that are there', async () => {
    const { url, upgrade } = await start();
    const client = await connect(`${url}/ws`);
    upgrade.stop();
    expect(await refusal(`${url}/ws`)).toMatchObject({ status: 503, code: 'stopping' });
    await client.settled();
  });

  it('takes a slash at the end of a path', async () => {
    const { url } = await start();
    for (const path of ['/ws/', '/ws/signals/', '/ws/?x=1']) await (await connect(url + path)).settled();
    expect(await refusal(`${url}/ws//`)).toMatchObject({ status: 404 });
  });

  it('refuses other paths, a wrong key, and plain requests', async () => {
    const { url, port } = await start({ deps: { http: { apiKeys: ['canary-key'] } } });
    expect(await refusal(`${url}/wss`)).toMatchObject({ status: 404, code: 'not_found' });
    expect(await refusal(`${url}/constructor`)).toMatchObject({ status: 404 });
    expect(await refusal(`${url}/ws`, { headers: { 'x-api-key': 'wrong' } })).toMatchObject({ status: 401 });
    await (await connect(`${url}/ws`, { headers: { 'x-api-key': 'canary-key' } })).settled();
    await (await connect(`${url}/ws`)).settled();
    expect((await fetch(`http://127.0.0.1:${port}/ws`)).status).toBe(426);
  });

  it('limits connections in all and per address, and counts them back', async () => {
    const { url, upgrade } = await start({
      upgrade: { maxConnections: 3, maxConnectionsPerIp: 2, trustProxy: 1 },
    });
    const from = (address: string) => ({ headers: { 'x-forwarded-for': `6.6.6.6, ${address}` } });
    const first = await connect(`${url}/ws`, from('1.1.1.1'));
    await connect(`${url}/ws/signals`, from('1.1.1.1'));
    const refused = await refusal(`${url}/ws`, from('1.1.1.1'));
    expect(refused).toMatchObject({ status: 429, code: 'too_many_connections' });
    expect(refused.headers['retry-after']).toBe('5');
    expect(upgrade.sizes()).toEqual({ connections: 2, addresses: 1 });
    // What stands left of the entry that the proxy wrote, and the port behind it, make no other address.
    for (const entry of ['1.1.1.1:4711', '::ffff:1.1.1.1', '[::ffff:1.1.1.1]:443'])
      expect(await refusal(`${url}/ws`, from(entry)), entry).toMatchObject({ status: 429 });
    await connect(`${url}/ws`, from('2.2.2.2'));
    const full = await refusal(`${url}/ws`, from('3.3.3.3'));
    expect(full).toMatchObject({ status: 503, code: 'too_many_connections' });
    expect(full.headers['retry-after']).toBe('5');
    expect(await refusal(`${url}/ws/signals`, from('1.1.1.1'))).toMatchObject({ status: 503 });
    // Sockets that are there already stay.
    await first.settled();
    first.socket.close();
    await first.closed;
    await expect.poll(() => upgrade.sizes().connections).toBe(2);
    await connect(`${url}/ws`, from('1.1.1.1'));
    expect(upgrade.sizes()).toEqual({ connections: 3, addresses: 2 });
  });

  it('refuses while it stops', async () => {
    const { url, upgrade } = await start();
    upgrade.stop();
    expect(await refusal(`${url}/ws`)).toMatchObject({ status: 503, code: 'stopping' });
  });
});

/** Sends raw bytes after a handshake; gives the code of the close frame, or 1006. */
async function closeCode(port: number, bytes: Buffer): Promise<number> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.write(
    'GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  let got = Buffer.alloc(0);
  let isSent = false;
  return await new Promise((resolve) => {
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk]);
      const end = got.indexOf('\r\n\r\n');
      if (end >= 0 && !isSent) {
        isSent = true;
        socket.write(bytes);
      }
      const frame = got.subarray(end + 4);
      if (end >= 0 && frame.length >= 4 && frame[0] === 0x88) {
        socket.destroy();
        resolve(frame.readUInt16BE(2));
      }
    });
    socket.on('close', () => resolve(1006));
  });
}

/** A masked client frame with a mask of zeros. */
const frame = (first: number, payload: Buffer) => {
  const mask = Buffer.alloc(4);
  if (payload.length < 126)
    return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, payload]);
  const head = Buffer.alloc(4);
  head[0] = first;
  head[1] = 0x80 | 126;
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, mask, payload]);
};

describe('a bad frame', () => {
  it.each<[string, Buffer, number]>([
    ['over MAX_FRAME_BYTES', frame(0x81, Buffer.alloc(16_385, 32)), 1009],
    [
      'in tiny fragments',
      Buffer.concat([
        frame(0x01, Buffer.from('{')),
        ...Array.from({ length: 100 }, () => frame(0x00, Buffer.from(' '))),
      ]),
      1008,
    ],
    ['of invalid UTF-8', frame(0x81, Buffer.from([0xc3, 0x28])), 1007],
    ['without a mask', Buffer.from([0x81, 0x02, 0x7b, 0x7d]), 1002],
    ['of an unknown opcode', frame(0x83, Buffer.from('x')), 1002],
    ['with a reserved bit', frame(0xc1, Buffer.from('x')), 1002],
  ])('%s closes with its code and leaves nothing behind', async (_, bytes, code) => {
    const { port, prices, upgrade } = await start();
    expect(await closeCode(port, bytes)).toBe(code);
    await expect.poll(() => prices.sizes().connections).toBe(0);
    expect(upgrade.sizes()).toEqual({ connections: 0, addresses: 0 });
  });
});
