import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulatedCandles } from '../../bench/simulated-candles.ts';
import { analyse } from '../../models/decision/analyse.ts';
import { type CandleColumns, lastCandles } from '../../models/candle-columns.ts';
import { AnalysersAway } from '../../workers/analysers-away.ts';
import {
  type AnalysisPool,
  AnalysisTimeout,
  Overloaded,
  type TaskReport,
} from '../../workers/analysis-pool.ts';
import {
  type AnalysisWorker,
  analysisWorker,
  type AnalysisWorkerOptions,
} from '../../workers/analysis-worker.ts';
import { createRemoteAnalysis, type RemoteAnalysisOptions } from '../../workers/remote-analysis.ts';
import { child } from '../support/child.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';
import { needs } from '../support/needs.ts';
import { patience } from '../support/patience.ts';

const market = simulatedCandles(600);
const columns = lastCandles(market, 250);
const slow = new URL('./slow-worker.ts', import.meta.url);
const retryStrategy = () => 50;
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('createRemoteAnalysis', needs.redis, () => {
  let redis: RedisProcess;
  let ends: (() => unknown)[];
  beforeEach(async () => {
    redis = await redisProcess();
    await redis.start();
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends.reverse()) await end();
    await redis.dispose();
  });

  const connect = (options: { enableOfflineQueue?: boolean; commandTimeout?: number }): Redis => {
    const connection = new Redis(redis.url, { maxRetriesPerRequest: null, retryStrategy, ...options });
    connection.on('error', () => {});
    ends.push(() => connection.disconnect());
    return connection;
  };
  const asker = (options: Partial<RemoteAnalysisOptions> = {}): AnalysisPool => {
    const connection = connect({ enableOfflineQueue: false, commandTimeout: 2000 });
    const pool = createRemoteAnalysis({ connection, ...options });
    ends.push(() => pool.close());
    return pool;
  };
  const answerer = (options: Partial<AnalysisWorkerOptions> = {}): AnalysisWorker => {
    const worker = analysisWorker({
      connection: connect({}),
      wallNow: Date.now,
      threads: 1,
      worker: slow,
      ...options,
    });
    ends.push(() => worker.close(1000));
    return worker;
  };
  /** What BullMQ holds of jobs. */
  const leftBehind = async (): Promise<string[]> => {
    const client = connect({});
    const keys = await client.keys('*');
    return keys.filter((key) => !/^bull:analysis:(meta|events|marker|pc|id|stalled-check)$/.test(key));
  };

  it('answers what the model answers here, to the last bit and for any window', async () => {
    const ask = asker();
    answerer({ threads: 2, worker: new URL('../../workers/analysis-thread.ts', import.meta.url) });
    const hole = lastCandles(market, 250);
    const broken: CandleColumns = { ...hole, close: hole.close.with(3, Number.NaN) };
    const still = new Float64Array(250).fill(100);
    const windows: [CandleColumns, Parameters<typeof analyse>[1]][] = [
      ...[250, 300, 420, 600].map((end, i): [CandleColumns, { seed: number }] => [
        { ...slice(market, end), volumeKind: i % 2 ? 'ticks' : 'traded' },
        { seed: i },
      ]),
      [slice(market, 600), {}],
      [
        slice(market, 500),
        { seed: 2, costBps: 0.1 + 0.2, calibration: { intercept: -0.3, n: 12 }, restarts: 2 },
      ],
      [
        slice(market, 500),
        { costBps: Number.NaN, minReward: Infinity, driftScale: -0, windowWeight: 1e-310 },
      ],
      [broken, { seed: -0 }],
      [{ ...hole, open: still, high: still, low: still, close: still, volumeKind: 'none' }, {}],
      [{ ...hole, volume: hole.volume.with(9, -0).with(10, Infinity) }, {}],
    ];
    for (const [window, options] of windows)
      expect(await ask.analyse(window, options ?? {})).toStrictEqual(analyse(window, options));
    expect(columns.close.length).toBe(250);
    await expect(ask.analyse(slice(market, 100), {})).rejects.toThrow('100 candles, 250 wanted');
    expect(await leftBehind()).toEqual([]);
  });

  it('takes live closes before requests, and a caller with little waiting before one with much', async () => {
    const ask = asker();
    const order: string[] = [];
    const add = (name: string, lane: Parameters<AnalysisPool['analyse']>[2]) =>
      ask.analyse(columns, { seed: 30 }, lane).then(() => order.push(name));
    const all = ['a1', 'a2', 'a3'].map((name) => add(name, { lane: 'request', caller: 'a' }));
    all.push(add('b1', { lane: 'request', caller: 'b' }), add('live', { lane: 'live' }));
    await until(async () => (await leftBehind()).filter((key) => key.length > 40).length === 5);
    expect(ask.waiting).toEqual({ live: 1, requests: 4 });
    expect(ask.threads).toBe(0);
    answerer();
    await Promise.all(all);
    expect(order).toEqual(['live', 'a1', 'b1', 'a2', 'a3']);
    expect(ask.waiting).toEqual({ live: 0, requests: 0 });
    expect(ask.threads).toBe(1);
  });

  it('refuses requests beyond the bound, never the first of a caller', async () => {
    const reports: TaskReport[] = [];
    const ask = asker({ maxRequests: 2, maxLive: 1, onTask: (report) => reports.push(report) });
    const lane = { lane: 'request', caller: 'a' } as const;
    const flood = [1, 2, 3].map(() => failure(ask.analyse(columns, {}, lane)));
    expect(await flood[2]).toBeInstanceOf(Overloaded);
    expect(await flood[2]).toMatchObject({ retryAfter: 1 });
    const other = failure(ask.analyse(columns, {}, { lane: 'request', caller: 'b' }));
    const live = failure(ask.analyse(columns, {}, { lane: 'live' }));
    expect(await failure(ask.analyse(columns, {}, { lane: 'live' }))).toBeInstanceOf(Overloaded);
    expect(reports).toMatchObject([
      { lane: 'request', result: 'refused' },
      { lane: 'live', result: 'refused' },
    ]);
    answerer();
    expect(await Promise.all([flood[0], flood[1], other, live])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('passes on what the analysis throws, and a thread that takes too long', async () => {
    const reports: TaskReport[] = [];
    const ask = asker({ onTask: (report) => reports.push(report) });
    const timeoutMs = Math.ceil(2000 * patience());
    answerer({ timeoutMs });
    const bad = await failure(ask.analyse(columns, { seed: -3 }));
    expect(bad).toMatchObject({ name: 'RangeError', message: 'a bad window' });
    const late = await failure(ask.analyse(columns, { seed: 60_000 }));
    expect(late).toBeInstanceOf(AnalysisTimeout);
    expect(late).toMatchObject({ message: `the analysis took longer than ${timeoutMs} ms` });
    expect(await failure(ask.analyse(columns, { seed: 1 }))).toBeUndefined();
    expect(reports).toMatchObject([{ result: 'failed' }, { result: 'timeout' }, { result: 'done' }]);
    expect(reports[1]!.runMs).toBeGreaterThan(0.95 * timeoutMs);
    await until(async () => (await leftBehind()).length === 0);
  });

  it('ends at its limit where nobody answers, and takes the job back', async () => {
    const ask = asker({ limitMs: 2000 });
    expect(await failure(ask.analyse(columns, {}))).toMatchObject({ name: 'AnalysisTimeout' });
    // Sooner than the sweep that comes every limit.
    await until(async () => (await leftBehind()).length === 0, 1500);
    expect(ask.waiting).toEqual({ live: 0, requests: 0 });
  });

  it('shares the load among workers', async () => {
    const ask = asker();
    const done = [0, 0];
    for (const i of [0, 1]) answerer({ onTask: () => void done[i]!++ });
    await Promise.all(Array.from({ length: 40 }, () => ask.analyse(columns, { seed: 50 }, { lane: 'live' })));
    // How even it is depends on which thread starts first.
    expect(Math.min(...done)).toBeGreaterThanOrEqual(1);
    expect(done[0]! + done[1]!).toBe(40);
    expect(ask.threads).toBe(2);
  });

  it('has what a killed worker had in hand taken over within seconds', async () => {
    const ask = asker();
    const doomed = child('analyse.ts', [
      JSON.stringify({ redisUrl: redis.url, threads: 1, lockDurationMs: 1000 }),
    ]);
    ends.push(() => doomed.process.kill('SIGKILL'));
    await doomed.line();
    const answer = ask.analyse(columns, { seed: 1500 }, { lane: 'live' });
    await until(() => ask.running === 1);
    answerer({ lockDurationMs: 1000 });
    doomed.process.kill('SIGKILL');
    const from = performance.now();
    expect((await answer).seed).toBe(1500);
    expect(performance.now() - from).toBeLessThan((1500 + 4000) * patience());
    expect(await leftBehind()).toEqual([]);
  });

  it('does not compute for an asker that is gone, and keeps nothing of it', async () => {
    const connection = connect({ enableOfflineQueue: false });
    const gone = createRemoteAnalysis({ connection });
    void failure(gone.analyse(columns, {}, { lane: 'live' }));
    void failure(gone.analyse(columns, {}));
    await until(async () => (await leftBehind()).filter((key) => key.length > 40).length === 2);
    // As a killed process leaves it: its connections end, its jobs stay.
    const client = connect({});
    connection.disconnect();
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    let runs = 0;
    answerer({ onTask: () => void runs++ });
    await until(async () => (await leftBehind()).length === 0);
    expect(runs).toBe(0);
    ends.push(() => gone.close());
  });

  it('clears away what askers before it left where no worker came', async () => {
    const queue = new Queue('analysis', { connection: connect({}) });
    await queue.add('live', {}, { timestamp: Date.now() - 2000 });
    await queue.add('request', {}, { timestamp: Date.now() - 2000, priority: 1 });
    await queue.add('live', {});
    asker({ limitMs: 1000 });
    await until(async () => (await queue.getWaitingCount()) + (await queue.getPrioritizedCount()) === 1);
  });

  it('holds over a short outage and answers after it', async () => {
    const ask = asker();
    answerer();
    const [before, inHand] = [ask.analyse(columns, { seed: 1 }), ask.analyse(columns, { seed: 800 })];
    await before;
    await until(() => ask.running === 1);
    await redis.kill('SIGKILL');
    const during = ask.analyse(columns, { seed: 2 }, { lane: 'live' });
    await sleep(200);
    await redis.start();
    expect((await during).seed).toBe(2);
    expect((await inHand).seed).toBe(800);
    await until(async () => (await leftBehind()).length === 0);
  });

  it('rejects with AnalysersAway in a longer outage, and recovers', async () => {
    await redis.kill('SIGKILL');
    const ask = asker({ outageMs: 2000 });
    answerer();
    expect(await failure(ask.analyse(columns, {}))).toBeInstanceOf(AnalysersAway);
    // The outage is known by now: nobody waits for it again.
    const from = performance.now();
    expect(await failure(ask.analyse(columns, {}))).toMatchObject({
      message: /Redis does not take analyses/,
    });
    expect(performance.now() - from).toBeLessThan(1000 * patience());
    await redis.start();
    await until(async () => (await failure(ask.analyse(columns, { seed: 1 }))) === undefined);
  });

  it('refuses requests within a second where no worker lives, and answers again when one does', async () => {
    const ask = asker({ silenceMs: 700 });
    const from = performance.now();
    expect(await failure(ask.analyse(columns, {}))).toMatchObject({
      name: 'AnalysersAway',
      message: 'no process with the role analysis answers',
    });
    expect(performance.now() - from).toBeLessThan(2000 * patience());
    expect(ask.away).toBe('no process with the role analysis answers');
    // It is known by now.
    const again = performance.now();
    expect(await failure(ask.analyse(columns, {}))).toBeInstanceOf(AnalysersAway);
    expect(performance.now() - again).toBeLessThan(200 * patience());
    const worker = answerer();
    await until(() => ask.away === undefined);
    expect((await ask.analyse(columns, { seed: 1 })).seed).toBe(1);
    await worker.close();
    await until(() => ask.away !== undefined);
    expect(await leftBehind()).toEqual([]);
  });

  it('holds live closes while no worker lives, beyond any limit, and has them done when one does', async () => {
    const limitMs = 4000 * patience();
    const ask = asker({ silenceMs: 700, limitMs });
    const doomed = child('analyse.ts', [
      JSON.stringify({ redisUrl: redis.url, threads: 1, lockDurationMs: 1000 }),
    ]);
    ends.push(() => doomed.process.kill('SIGKILL'));
    await doomed.line();
    expect((await ask.analyse(columns, { seed: 1 }, { lane: 'live' })).seed).toBe(1);
    const inHand = ask.analyse(columns, { seed: 900 }, { lane: 'live' });
    await until(() => ask.running === 1);
    doomed.process.kill('SIGKILL');
    await until(() => ask.away !== undefined);
    const held = ask.analyse(columns, { seed: 2 }, { lane: 'live' });
    await sleep(limitMs + 500);
    expect(ask.waiting.live + ask.running).toBe(2);
    answerer();
    expect([(await inHand).seed, (await held).seed]).toEqual([900, 2]);
    await until(async () => (await leftBehind()).length === 0);
  });

  it('asks a held close again though a worker that takes its old job over finds that too old', async () => {
    const ask = asker({ silenceMs: 700 });
    const doomed = child('analyse.ts', [JSON.stringify({ redisUrl: redis.url, threads: 1 })]);
    ends.push(() => doomed.process.kill('SIGKILL'));
    await doomed.line();
    const inHand = ask.analyse(columns, { seed: 900 }, { lane: 'live' });
    await until(() => ask.running === 1);
    const [job] = await new Queue('analysis', { connection: connect({}) }).getJobs('active');
    doomed.process.kill('SIGKILL');
    await until(() => ask.away !== undefined);
    const { channel } = job!.data as { channel: string };
    const tooOld = { id: job!.id, kind: 'failed', name: 'Error', message: 'asked too long ago' };
    await connect({}).publish(channel, JSON.stringify(tooOld));
    answerer();
    expect((await inHand).seed).toBe(900);
  });

  it('holds live closes through an outage of Redis of any length', async () => {
    const ask = asker({ outageMs: 300, silenceMs: 700 });
    answerer();
    expect((await ask.analyse(columns, { seed: 1 })).seed).toBe(1);
    await redis.kill('SIGKILL');
    await until(() => ask.away !== undefined);
    const held = ask.analyse(columns, { seed: 2 }, { lane: 'live' });
    expect(await failure(ask.analyse(columns, {}))).toMatchObject({
      message: /Redis does not take analyses/,
    });
    await redis.start();
    expect((await held).seed).toBe(2);
  });

  it('fails jobs and answers of another version or a stranger, and goes on', async () => {
    const errors: Error[] = [];
    const ask = asker();
    answerer({ onError: (error) => errors.push(error) });
    const queue = new Queue('analysis', { connection: connect({}) });
    for (const data of [null, {}, { channel: 'other' }, { channel: 7, packed: 'AAAA' }])
      await queue.add('live', data);
    await until(() => errors.length === 4);
    const received: string[] = [];
    const listener = connect({});
    await listener.subscribe('bull:analysis:answers:me');
    listener.on('message', (_name, text: string) => received.push(text));
    await queue.add('live', { channel: 'bull:analysis:answers:me', lane: 'live', packed: 'AAAA' });
    await until(() => received.length === 1);
    expect(received[0]).toContain('not one of this version');

    const pending = failure(ask.analyse(columns, { seed: 500 }));
    await until(() => ask.running === 1);
    const client = connect({});
    const [channel] = (await client.pubsub('CHANNELS', 'bull:analysis:answers:*')).filter(
      (name) => !(name as string).endsWith(':me'),
    ) as string[];
    const [id] = await queue.getJobs('active').then((jobs) => jobs.map((job) => job.id!));
    for (const text of ['{', 'null', '{"id":"x"}', '[]']) await client.publish(channel!, text);
    await client.publish(channel!, JSON.stringify({ id, kind: 'done', analysis: { seed: 1 } }));
    expect(await pending).toMatchObject({ message: /not one of this version/ });
    expect(await failure(ask.analyse(columns, { seed: 1 }))).toBeUndefined();
    await until(async () => (await leftBehind()).length === 0);
  });

  it('finishes what is in hand when a worker is closed, and takes back what waits when an asker is', async () => {
    const ask = asker();
    const worker = answerer();
    const inHand = [1, 2].map(() => ask.analyse(columns, { seed: 500 }, { lane: 'live' }));
    await until(() => ask.running === 2);
    const waits = failure(ask.analyse(columns, {}));
    await worker.close();
    expect((await Promise.all(inHand)).map(({ seed }) => seed)).toEqual([500, 500]);
    expect(ask.waiting.requests).toBe(1);
    await ask.close();
    expect(await waits).toMatchObject({ message: 'the analysis pool is closed' });
    expect(await leftBehind()).toEqual([]);
    await expect(ask.analyse(columns, {})).rejects.toThrow('closed');
  });
});

/** The 250 candles before an index. */
function slice(candles: CandleColumns, end: number): CandleColumns {
  const part = (name: 'time' | 'open' | 'high' | 'low' | 'close' | 'volume') =>
    candles[name].slice(Math.max(0, end - 250), end);
  return {
    time: part('time'),
    open: part('open'),
    high: part('high'),
    low: part('low'),
    close: part('close'),
    volume: part('volume'),
    volumeKind: candles.volumeKind,
  };
}
