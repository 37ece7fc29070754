import * as fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ErrorAnswer } from '../../schema/rest.ts';
import {
  awkwardJson,
  awkwardText,
  awkwardValue,
  corpus,
  disturbed,
  garbled,
} from '../support/hostile/fuzz.ts';
import { patience } from '../support/patience.ts';
import { createWorld, type World } from '../support/world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.start();
});
afterAll(() => world.dispose());

interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const paths = [
  '/symbols',
  '/symbols/search',
  '/news',
  '/signals',
  '/signals/a1b2c3',
  '/candles/BTCUSD',
  '/analyze/BTCUSD',
  '/performance',
  '/withheld',
  '/performance/trades',
  '/health',
  '/ready',
  '/api/signals/queue',
  '/api/candle-complete',
  '/analyze',
  '/admin/login',
  '/admin/queues',
  '/docs',
  '/openapi.json',
  '/ws',
  '/',
];
const names = [
  'query',
  'symbol',
  'timeframe',
  'interval',
  'outputsize',
  'format',
  'limit',
  'status',
  'before',
  'since',
  'until',
  'side',
];
/** Text as it may stand in a request line: some of it escaped, some raw bytes. */
const encoded = fc.tuple(awkwardText, fc.constantFrom('escaped', 'raw', 'broken')).map(([text, how]) => {
  if (how === 'escaped') return encodeURIComponent(text.toWellFormed());
  const bare = text.toWellFormed().replaceAll(/[\s\0]/g, '');
  return how === 'raw' ? bare : `${encodeURIComponent(bare)}%${bare.slice(0, 2)}`;
});
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...names), encoded), encoded), { maxLength: 4 })
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`));
const target = fc
  .tuple(
    fc.oneof(fc.constantFrom(...paths), garbled('/signals/a1b2c3')),
    fc.option(encoded, { nil: '' }),
    query,
  )
  .map(
    ([path, tail, search]) => `${path.replaceAll(/[\s\0]/g, '')}${tail === '' ? '' : `/${tail}`}${search}`,
  );
const candles = Array.from({ length: 250 }, (_, i) => ({
  time: 1_700_000_400 + i * 3_600,
  open: 1,
  high: 2,
  low: 1,
  close: 1,
}));
const window = { symbol: 'BTCUSD', timeframe: '1h', candles: candles.slice(0, 3) };
const body = fc.oneof(
  disturbed(window).map((value) => JSON.stringify(value)),
  disturbed({ ...window, candles: [...candles.slice(1), {}] }).map((value) => JSON.stringify(value)),
  garbled(JSON.stringify(window)),
  awkwardValue.map((value) => JSON.stringify(value)),
  awkwardJson,
);
const header = fc.oneof(
  fc.constantFrom(
    'Origin: null',
    'Cookie: anso_session=%00; x',
    'X-API-Key: \u00e9\u00ff',
    'Authorization: Bearer',
    'X-Forwarded-For: ,,::::,[',
    'Accept: ;q=,/*',
    'Accept-Encoding: br;q=x',
    'Range: bytes=9-1',
    'If-None-Match: "\u00ff',
    'Content-Encoding: gzip',
    'Expect: 100-continue',
    'Upgrade: h2c',
    'Sec-Fetch-Site: cross-site',
  ),
  awkwardText.map((text) => `X-Any: ${text}`),
);
const requests: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom(
    'GET',
    'GET',
    'GET',
    'GET',
    'POST',
    'POST',
    'POST',
    'HEAD',
    'PUT',
    'DELETE',
    'OPTIONS',
    'PROPFIND',
  ),
  target,
  headers: fc.array(header, { maxLength: 2 }),
  body,
});

/** Status and text of the answer; 0 where the connection ended without one. */
async function answer({ method, target: path, headers, body: text }: Sent): Promise<[number, string]> {
  const socket = connect(Number(new URL(world.server.url).port), '127.0.0.1');
  let got = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (got += chunk));
  socket.on('error', () => {});
  const sent = method === 'GET' || method === 'HEAD' ? '' : text;
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: close',
    ...(sent === '' ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(sent)}`]),
    ...headers,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${sent}`);
  const late = setTimeout(() => socket.destroy(new Error('late')), 20_000 * patience());
  await once(socket, 'close');
  clearTimeout(late);
  const final = got.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
  return [Number(final.slice(9, 12)), final];
}

const heapBytes = async () => {
  const metrics = await (await fetch(`${world.server.url}/metrics`)).text();
  return Number(/^nodejs_heap_size_used_bytes\{.*\} (\S+)$/m.exec(metrics)![1]);
};

it('requests get an answer below 500 in the one shape of errors, and leave no error in the log and no memory', async () => {
  const inputs = corpus('requests', requests);
  const before = await heapBytes();
  const bad: string[] = [];
  const statuses = new Map<number, number>();
  let next = 0;
  const worker = async () => {
    for (let sent = inputs[next++]; sent !== undefined; sent = inputs[next++]) {
      const [status, text] = await answer(sent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const isFine = status >= 200 && status < 500;
      if (!isFine) bad.push(`${status} of ${JSON.stringify(sent).slice(0, 400)}`);
      else if (
        status >= 400 &&
        sent.method !== 'HEAD' &&
        /json/i.test(text.slice(0, text.indexOf('\r\n\r\n')))
      )
        if (!ErrorAnswer.safeParse(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).success)
          bad.push(text.slice(0, 400));
    }
  };
  await Promise.all(Array.from({ length: 6 }, worker));
  console.log(Object.fromEntries(statuses));
  expect(bad).toEqual([]);
  for (const status of [200, 400, 404, 405])
    expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(20);
  const failures = world.server.log.filter(({ level }) => Number(level) >= 50);
  expect(failures).toEqual([]);
  await expect.poll(heapBytes).toBeLessThan(before + 40e6);
});
