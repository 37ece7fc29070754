import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../store/open-store.ts';
import type { OutboxTable } from '../../../store/posts/outbox-table.ts';
import { patience } from '../../support/patience.ts';
import { pipeline, type Pipeline } from '../../support/pipeline.ts';
import { temporaryStore } from '../../support/services/database.ts';
import { platform, type Platform, store as takes } from '../../support/services/platform.ts';
import { aSignal, opened } from '../../support/signals.ts';
import { until } from '../../support/until.ts';
import { queueBackends } from '../../support/use-delivery.ts';

const nextWithinMs = 5_000;

type Answer = Platform['answer'];
const body =
  (text: string | Buffer, status = 200, headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(text);
/** Bytes instead of HTTP. */
const raw =
  (text: string | Buffer): Answer =>
  (_response, _received, socket) =>
    void socket.end(text);
const endless =
  (piece: string, everyMs: number): Answer =>
  (_response, _received, socket) => {
    const more = setInterval(() => socket.write(piece), everyMs);
    socket.on('close', () => clearInterval(more));
  };

/** Answers that break what reads or stores them carelessly, and how their posts may end. */
const poisons: readonly [name: string, answer: Answer, state: RegExp][] = [
  ['an id with NUL', body('{"signal_id":"a\\u0000b"}'), /parked/],
  ['an id with NUL beside a yes', body('{"signal_id":"a\\u0000b","status":"stored"}'), /parked/],
  ['half a surrogate in the id', body('{"signal_id":"\\ud800"}'), /parked/],
  ['half a surrogate in a refusal', body('{"detail":"\\udfff\\ud800 no"}', 422), /failed/],
  ['NUL in a refusal', body('{"detail":"\\u0000\u0000 no"}', 400), /failed/],
  ['bytes that are no UTF-8', body(Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0xc3])), /parked/],
  ['10 MB', body(Buffer.alloc(10e6, 'x')), /parked/],
  [
    '10 MB that begin well',
    body(`{"signal_id":"a","status":"stored","pad":"${'x'.repeat(10e6)}"}`),
    /parked/,
  ],
  ['deep JSON', body('['.repeat(30_000) + ']'.repeat(30_000)), /parked/],
  ['a deep id', body(`{"signal_id":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`), /parked/],
  ['NaN', body('{"signal_id":NaN}'), /parked/],
  ['a number beyond all', body('{"signal_id":1e999,"status":"stored"}'), /parked/],
  ['wrong types', body('{"signal_id":[1],"status":{"a":1},"message":false}'), /parked/],
  ['a prototype', body('{"__proto__":{"signal_id":"x"},"constructor":1}'), /parked/],
  [
    'broken gzip',
    body(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), 200, { 'Content-Encoding': 'gzip' }),
    /parked/,
  ],
  [
    'gzip that nobody asked for',
    body(gzipSync('{"status":"stored"}'), 200, { 'Content-Encoding': 'gzip' }),
    /parked/,
  ],
  ['a redirect to itself', body('', 308, { Location: '/api/signals/external' }), /failed/],
  ['a header of 1 MB', raw(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(1e6)}\r\n\r\n{}`), /parked/],
  ['informational answers without end', endless('HTTP/1.1 102 Processing\r\n\r\n'.repeat(50), 1), /parked/],
  [
    'chunks without end',
    endless('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n \r\n', 5),
    /parked/,
  ],
  [
    'a chunk of a negative size',
    raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx'),
    /parked/,
  ],
  [
    'another protocol',
    raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx'),
    /parked/,
  ],
  ['two answers', raw('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\n'), /parked/],
  ['a status that is none', raw('HTTP/1.1 999 What\r\nContent-Length: 2\r\n\r\n{}'), /parked/],
  ['a retry in infinity', body('{"retry_after":1e999}', 400, { 'Retry-After': '9'.repeat(400) }), /failed/],
];

describe.each(queueBackends())('a poisonous answer, on $name', ({ need, redisUrl }) => {
  let store: Store;
  let dispose: () => Promise<void>;
  let target: Platform;
  let line: Pipeline;
  beforeAll(async () => {
    if (need.skip) return;
    ({ store, dispose } = await temporaryStore());
    target = await platform();
    line = pipeline({ store, url: target.url, redisUrl: redisUrl(), channel: { timeoutMs: 400 } });
  });
  afterAll(async () => {
    await line?.close();
    await target?.close();
    await dispose?.();
  });
  const ended = (id: string) =>
    until(async () => {
      const row = (await store.signals.get(id))?.deliveries[0];
      return row !== undefined && row.state !== 'queued' && row.state !== 'sending' && row;
    });

  it.each(poisons)(
    '%s ends its own post, and the next one of the symbol goes',
    need,
    async (name, answer, state) => {
      const symbol = `P${poisons.findIndex(([one]) => one === name)}`;
      const [poisoned, next] = [aSignal({ symbol, timeframe: '1h' }), aSignal({ symbol, timeframe: '4h' })];
      target.answer = (response, received, socket) =>
        (received.id === poisoned.id ? answer : takes)(response, received, socket);
      await line.issue(poisoned, next);
      const row = await ended(poisoned.id);
      const begun = performance.now();
      expect(row.state).toMatch(state);
      expect(row.last_answer).toMatch(/^[\P{Cc}]{5,400}$/u);
      expect(row.last_answer!.isWellFormed()).toBe(true);
      expect((await ended(next.id)).state).toBe('delivered');
      expect(performance.now() - begun).toBeLessThan(nextWithinMs * patience());
      expect(target.received.filter(({ id }) => id === poisoned.id)).toHaveLength(1);
      // It says so where the operator looks.
      const { last_error, last_failure } = await line.queue.counts();
      expect(last_error).toBe(row.last_answer);
      expect(last_failure?.answer).toBe(row.last_answer);
    },
  );
});

describe('a post that cannot be processed', () => {
  let store: Store;
  let dispose: () => Promise<void>;
  let target: Platform;
  let line: Pipeline | undefined;
  beforeAll(async () => {
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose());
  beforeEach(async () => {
    target = await platform();
  });
  afterEach(async () => {
    await line?.close();
    await target.close();
  });
  const stateOf = async (id: string) => (await store.signals.get(id))?.deliveries[0];
  const broken = (over: (outbox: OutboxTable) => Partial<OutboxTable>): Store => ({
    ...store,
    outbox: { ...store.outbox, ...over(store.outbox) },
  });

  it('is ended after three failures, with the reason, and holds nothing up', async () => {
    const [poisoned, next] = [aSignal({ symbol: 'BROKEN' }), aSignal({ symbol: 'BROKEN', timeframe: '4h' })];
    let claims = 0;
    const told: unknown[] = [];
    line = pipeline({
      url: target.url,
      scrub: (text) => text.replaceAll('s3same', '***'),
      store: broken((outbox) => ({
        claim: async (request) => {
          if (request.id !== poisoned.id) return outbox.claim(request);
          claims += 1;
          told.push((await line!.queue.queue.getJob(`${poisoned.id}-community`))?.failedReason);
          throw new TypeError('invalid \u0000 body of s3same');
        },
      })),
    });
    await line.issue(poisoned, next);
    await until(async () => (await stateOf(next.id))?.state === 'delivered', 20_000);
    const row = await stateOf(poisoned.id);
    expect(row).toMatchObject({
      state: 'failed',
      last_answer: 'could not be processed: invalid body of ***',
    });
    expect(claims).toBe(3);
    expect((await line.queue.counts()).last_error).toBe('could not be processed: invalid body of ***');
    const job = await line.queue.queue.getJob(`${poisoned.id}-community`);
    await until(async () => (await job!.getState()) === 'failed');
    // Nor does the queue keep what is masked.
    expect(told.slice(1)).toEqual(['invalid body of ***', 'invalid body of ***']);
    await line.queue.sweep();
    expect(claims).toBe(3);
  });

  it('is not ended by an outage of the database, however long', async () => {
    const signal = aSignal({ symbol: 'OUTAGE' });
    let failures = 5;
    line = pipeline({
      url: target.url,
      store: broken((outbox) => ({
        claim: async (request) => {
          if (failures-- > 0)
            throw Object.assign(new Error('gone'), { code: failures % 2 ? '57014' : '57P01' });
          return outbox.claim(request);
        },
      })),
    });
    await line.issue(signal);
    await until(async () => (await stateOf(signal.id))?.state === 'delivered', 30_000);
    expect(target.received).toHaveLength(1);
  });

  it('whose result the database refuses keeps its result without the words', async () => {
    const signal = aSignal({ symbol: 'REFUSED' });
    const written: unknown[] = [];
    line = pipeline({
      url: target.url,
      store: broken((outbox) => ({
        settle: async (id, channel, token, end, now) => {
          written.push(end);
          if (end.answer.includes('ok')) throw Object.assign(new Error('invalid byte'), { code: '22021' });
          return outbox.settle(id, channel, token, end, now);
        },
      })),
    });
    await line.issue(signal);
    await until(async () => (await stateOf(signal.id))?.state === 'delivered');
    expect(await stateOf(signal.id)).toMatchObject({
      last_answer: 'the answer could not be stored',
      remote_id: null,
    });
    expect(written).toHaveLength(2);
    expect(target.received).toHaveLength(1);
  });

  it('of which no job can be made is ended by the sweep, which queues all others', async () => {
    const [poisoned, other] = [aSignal({ symbol: 'NOJOB' }), aSignal({ symbol: 'OTHER' })];
    const spoilt = broken((outbox) => ({
      due: async (...parameters) =>
        (await outbox.due(...parameters)).map((post) =>
          post.id === poisoned.id
            ? Object.assign(post, { signal: { ...post.signal, expires_at: NaN } })
            : post,
        ),
    }));
    await store.record([opened(poisoned)], ['community']);
    await store.record([opened(other)], ['community']);
    const scrub = (text: string) => text.replaceAll('time', '***');
    line = pipeline({ url: target.url, store: spoilt, sweepEveryMs: 300, scrub });
    await until(async () => (await stateOf(other.id))?.state === 'delivered');
    await until(async () => (await stateOf(poisoned.id))?.state === 'failed');
    expect((await stateOf(poisoned.id))?.last_answer).toBe('could not be queued: Invalid *** value');
  });
});
