import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRequest } from '../../../../sinks/posts/channels/send-request.ts';

let servers: Server[] = [];
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** Answers each request, once all of it has come, as told; `got` is what came. */
async function receiver(answer: (socket: Socket, got: string) => void) {
  const heard: string[] = [];
  const server = createServer((socket) => {
    let got = '';
    socket.on('error', () => {});
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      got += chunk;
      const [head = '', body] = got.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || Buffer.byteLength(body) < length) return;
      heard.push(got);
      answer(socket, got);
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c` };
}
const ok = (body: string, headers = '') =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
const send = (url: string, over: Partial<Parameters<typeof sendRequest>[1]> = {}) =>
  sendRequest(url, { headers: {}, timeoutMs: 30_000, ...over });
const said = async (bytes: string, over = {}) =>
  send((await receiver((socket) => socket.end(bytes))).url, { body: '{}', ...over });

describe('sendRequest', () => {
  it('posts JSON with the length of its bytes, over a connection of its own', async () => {
    const { url, heard } = await receiver((socket) => socket.end(ok('taken')));
    const end = await send(url, { body: '{"a":"é"}', headers: { 'X-Own': '1' } });
    expect(end).toEqual({
      kind: 'answered',
      status: 200,
      body: 'taken',
      retryAfterMs: undefined,
      whole: true,
    });
    const [head = '', body] = heard[0]!.split('\r\n\r\n');
    expect(body).toBe('{"a":"é"}');
    expect(head.split('\r\n')).toEqual(
      expect.arrayContaining([
        'POST /a?b=c HTTP/1.1',
        'Accept: application/json',
        'Accept-Encoding: identity',
        'Content-Type: application/json',
        'Content-Length: 10',
        'X-Own: 1',
        'Connection: close',
      ]),
    );
  });

  it('gets where there is no body', async () => {
    const { url, heard } = await receiver((socket) => socket.end(ok('here')));
    expect(await send(url)).toMatchObject({ kind: 'answered', body: 'here' });
    expect(heard[0]).toMatch(/^GET \/a\?b=c HTTP\/1\.1\r\n/);
    expect(heard[0]).not.toMatch(/content-/i);
  });

  it('has sent nothing where no connection was made, or none was admitted', async () => {
    const { url, heard } = await receiver((socket) => socket.end(ok('taken')));
    expect(await send(url, { body: '{}', admit: () => 70 })).toEqual({
      kind: 'unsent',
      reason: 'the rate of posts is reached',
      afterMs: 70,
    });
    expect(await send(url, { body: '{}', admit: () => 1 })).toMatchObject({ kind: 'unsent', afterMs: 1 });
    expect(heard).toEqual([]);
    expect(await send(url, { body: '{}', admit: () => 0 })).toMatchObject({ kind: 'answered' });
    servers[0]!.close();
    await once(servers[0]!, 'close');
    expect(await send(url, { body: '{}' })).toEqual({
      kind: 'unsent',
      reason: `ECONNREFUSED 127.0.0.1:${new URL(url).port}: nothing listens there`,
    });
  });

  it('may have been received where the connection ends or the time runs out without an answer', async () => {
    const reset = await receiver((socket) => socket.resetAndDestroy());
    expect(await send(reset.url, { body: '{}' })).toEqual({
      kind: 'lost',
      reason: 'ECONNRESET: the other side closed the connection',
    });
    const closed = await receiver((socket) => socket.end());
    expect(await send(closed.url, { body: '{}' })).toMatchObject({ kind: 'lost' });
    const silent = await receiver(() => {});
    expect(await send(silent.url, { body: '{}', timeoutMs: 60 })).toEqual({
      kind: 'lost',
      reason: 'no answer within 60 ms',
    });
  });

  it('has part of an answer where its end is missing', async () => {
    const cut = 'HTTP/1.1 201 Created\r\nContent-Length: 10\r\n\r\n12345';
    expect(await said(cut)).toMatchObject({ kind: 'answered', status: 201, body: '12345', whole: false });
    const { url } = await receiver((socket) => socket.write(cut));
    expect(await send(url, { body: '{}', timeoutMs: 200 })).toMatchObject({
      kind: 'answered',
      body: '12345',
      whole: false,
    });
  });

  it('reads 64 KiB of an answer, which is enough of it', async () => {
    const exact = 'x'.repeat(65_536);
    expect(await said(ok(exact))).toMatchObject({ body: exact, whole: true });
    const endless = await receiver((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n\r\n${exact}yy`);
    });
    expect(await send(endless.url, { body: '{}' })).toEqual({
      kind: 'answered',
      status: 200,
      body: exact,
      retryAfterMs: undefined,
      whole: true,
    });
  });

  it('listens to twenty informational responses, and not to one more', async () => {
    const processing = 'HTTP/1.1 102 Processing\r\n\r\n';
    expect(await said(processing.repeat(20) + ok('taken'))).toMatchObject({
      kind: 'answered',
      body: 'taken',
    });
    expect(await said(processing.repeat(21) + ok('taken'))).toEqual({
      kind: 'lost',
      reason: 'more than 20 informational responses',
    });
  });

  it('takes no other protocol, no endless head and no nonsense for an answer', async () => {
    const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
    expect(await said(upgrade)).toEqual({ kind: 'lost', reason: 'the receiver wants another protocol' });
    expect(await said(ok('', `X: ${'x'.repeat(17_000)}\r\n`))).toEqual({
      kind: 'lost',
      reason: 'HPE_HEADER_OVERFLOW: Parse Error: Header overflow',
    });
    expect(await said('nonsense\r\n\r\n')).toMatchObject({ kind: 'lost' });
  });

  it.each([
    ['Retry-After: 7', 7_000],
    ['Retry-After: 1.5', 1_500],
    ['Retry-After: 0', 0],
    ['Retry-After: 999999999', 86_400_000],
    ['Retry-After: soon', undefined],
    ['Retry-After: -5', undefined],
    // The receiver's clock counts, not ours.
    ['Date: Sat, 03 Jan 2026 10:00:00 GMT\r\nRetry-After: Sat, 03 Jan 2026 10:00:30 GMT', 30_000],
    ['Date: Sat, 03 Jan 2026 10:00:00 GMT\r\nRetry-After: Sat, 03 Jan 2026 09:59:30 GMT', 0],
    ['Date: Sat, 03 Jan 2026 10:00:00 GMT\r\nRetry-After: Sat, 03 Jan 2027 10:00:00 GMT', 86_400_000],
    ['Retry-After: Sat, 03 Jan 2026 10:00:30 GMT', undefined],
    ['X: 1', undefined],
  ])('waits as %j says: %s ms', async (header, ms) => {
    expect(await said(ok('', `${header}\r\n`))).toMatchObject({ retryAfterMs: ms });
  });
});
