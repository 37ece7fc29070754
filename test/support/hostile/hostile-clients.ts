import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';

/** One attack, done again and again until `signal` ends it. Each client comes from the address given, where a proxy says so. Tells each HTTP status. */
type Attack = (
  port: number,
  address: string,
  signal: AbortSignal,
  answered: (status: number) => void,
) => Promise<void>;

const json = { 'content-type': 'application/json' };
const bomb = Buffer.alloc(1_000_000, '[');
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const bodies: readonly { readonly body: string | Buffer; readonly encoding?: string }[] = [
  { body: '['.repeat(1_000_000) },
  { body: `[${'NaN,'.repeat(250_000)}1]` },
  { body: `{"candles":[${'NaN,'.repeat(120_000)}1]}` },
  {
    body: JSON.stringify({
      symbol: 'X',
      candles: Array.from({ length: 12_000 }, (_, i) => ({ time: i, open: -1, high: 1, low: 2, close: 'x' })),
    }),
  },
  {
    body: JSON.stringify({
      symbol: 'X',
      candles: Array.from({ length: 15_000 }, (_, i) => ({
        time: 1e9 + i * i,
        open: 1,
        high: 1,
        low: 1,
        close: 1,
      })),
    }),
  },
  { body: gzipSync(bomb), encoding: 'gzip' },
  { body: deflateSync(bomb), encoding: 'deflate' },
  { body: brotliCompressSync(bomb, brotli), encoding: 'br' },
];

const post = (body: (typeof bodies)[number]): Attack =>
  repeat(async (port, address, signal, answered) => {
    const headers = { ...json, 'x-forwarded-for': address, 'content-encoding': body.encoding ?? 'identity' };
    const response = await fetch(`http://127.0.0.1:${port}/analyze`, {
      method: 'POST',
      headers,
      body: body.body as BodyInit,
      signal,
    });
    answered(response.status);
    await response.arrayBuffer();
  });

const ask = (path: string): Attack =>
  repeat(async (port, address, signal, answered) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { 'x-forwarded-for': address },
      signal,
    });
    answered(response.status);
    await response.arrayBuffer();
  });

/** Sends a frame as fast as the socket takes it; a socket that the server closes is opened again. */
const frames = (path: string, frame: string): Attack =>
  repeat(async (port, address, signal) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
      headers: { 'x-forwarded-for': address },
    });
    socket.on('error', () => {});
    const end = () => socket.terminate();
    signal.addEventListener('abort', end);
    socket.on('open', () => {
      const more = () => {
        for (let i = 0; i < 5 && socket.readyState === socket.OPEN && socket.bufferedAmount < 65_536; i++)
          socket.send(frame);
        if (socket.readyState === socket.OPEN) setTimeout(more, 5);
      };
      more();
    });
    await once(socket, 'close');
    signal.removeEventListener('abort', end);
  });

/** Begins requests and never ends them. */
const drip = (head: string): Attack =>
  repeat(async (port, _, signal) => {
    const sockets = Array.from({ length: 20 }, () => connect(port, '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => {}).write(head);
    const drops = setInterval(() => sockets.forEach((socket) => socket.writable && socket.write('x')), 100);
    await Promise.race([new Promise((done) => setTimeout(done, 3_000)), once(signal, 'abort')]);
    clearInterval(drops);
    for (const socket of sockets) socket.destroy();
  });

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const subscribe = (symbols: readonly string[]) => JSON.stringify({ action: 'subscribe', symbols });

const attacks: readonly Attack[] = [
  ...bodies.map(post),
  frames('/ws', subscribe(Array.from({ length: 1_000 }, () => '<b>'))),
  frames('/ws', subscribe(names(190, 'NOSUCH'))),
  frames('/ws/signals', subscribe(['BTCUSD', ...names(150, 'GUEST')])),
  frames('/ws', `${'['.repeat(8_000)}${']'.repeat(8_000)}`),
  frames('/ws', '{"action":"ping"}'),
  ask('/signals/%00'),
  ask('/signals?since=2099-01-01%20(%0d%0aX:1)'),
  ask('/analyze/BTCUSD?timeframe=1min'),
  ask('/candles/BTCUSD?interval=1min&outputsize=5000'),
  drip('GET / HTTP/1.1\r\nX-Slow: '),
  drip(
    'POST /analyze HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n[',
  ),
];

/** `count` clients, each with an address and an attack of its own, until `signal` ends them. How often they got each HTTP status. */
export async function attack(
  url: string,
  count: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const port = Number(new URL(url).port);
  const answers = new Map<number, number>();
  const answered = (status: number) => void answers.set(status, (answers.get(status) ?? 0) + 1);
  const clients = Array.from({ length: count }, (_, i) =>
    attacks[i % attacks.length]!(port, `203.0.113.${i}`, signal, answered),
  );
  await Promise.all(clients);
  return answers;
}

function repeat(once_: Attack): Attack {
  return async (port, address, signal, answered) => {
    while (!signal.aborted) {
      await once_(port, address, signal, answered).catch(() => {});
      // Refused at once, it is tried again soon: not in the same turn, which would be this program's own load.
      await new Promise((done) => setTimeout(done, 20));
    }
  };
}
