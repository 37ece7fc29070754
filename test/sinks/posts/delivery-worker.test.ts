import type { WorkerOptions } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../../schema/secrets/secret.ts';
import { communityChannel } from '../../../sinks/posts/channels/community-channel.ts';
import { TryAgain } from '../../../sinks/posts/deliver-post.ts';
import { deliveryWorker, type DeliveryOptions } from '../../../sinks/posts/delivery-worker.ts';
import type { Signal } from '../../../schema/signal.ts';
import type { Store } from '../../../store/open-store.ts';
import { quiet, temporaryStore } from '../../support/services/database.ts';
import { pipeline, type Pipeline } from '../../support/pipeline.ts';
import { platform, status, store as takes, type Platform } from '../../support/services/platform.ts';
import { aSignal, opened, placeOf } from '../../support/signals.ts';
import { patience } from '../../support/patience.ts';
import { until } from '../../support/until.ts';
import { queueBackends } from '../../support/use-delivery.ts';

/** What is sent just before its end may arrive a moment after it, on a busy machine. */
const arrivalMs = 250;

describe.each(queueBackends())('delivery on $name', ({ need, redisUrl }) => {
  let store: Store;
  let dispose: () => Promise<void>;
  let target: Platform;
  let open: Pipeline[];
  const start = (options: Partial<Parameters<typeof pipeline>[0]> = {}) => {
    const made = pipeline({ store, url: target.url, redisUrl: redisUrl(), ...options });
    open.push(made);
    return made;
  };
  const delivery = async (id: string) => (await store.signals.get(id))?.deliveries[0];
  const ended = (id: string, state: string) =>
    until(async () => {
      const row = await delivery(id);
      return row?.state === state ? row : undefined;
    });

  beforeAll(async () => {
    if (need.skip) return;
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose?.());
  beforeEach(async () => {
    open = [];
    target = await platform();
  });
  afterEach(async () => {
    await Promise.all(open.map((one) => one.close()));
    await target.close();
  });

  it('posts a signal once, under one id everywhere', need, async () => {
    const { issue, queue } = start();
    const signal = aSignal({ symbol: 'BTCUSD' });
    await issue(signal);
    const row = await ended(signal.id, 'delivered');
    expect(row).toMatchObject({ attempts: 1, remote_id: `p-${signal.id}` });
    expect(target.received).toHaveLength(1);
    expect(target.received[0]?.headers).toMatchObject({
      'x-api-key': 'canary-key',
      'idempotency-key': signal.id,
    });
    expect(target.received[0]?.body).toEqual({
      symbol: 'BTCUSD',
      action: 'BUY',
      entry: 100,
      tp: 110,
      sl: 95,
      confidence: 0.61,
      reasoning: signal.reasoning,
      timeframe: '1h',
      signal_id: signal.id,
    });
    const job = await until(() => queue.queue.getJob(`${signal.id}-community`));
    await until(async () => (await job.getState()) === 'completed');
    expect(JSON.stringify(job)).not.toContain('canary-key');
    await until(async () => (await queue.counts()).counts.completed >= 1);
    expect((await queue.counts()).oldest_age_seconds).toBeNull();
  });

  it.each([
    ['500', status(500)],
    ['503', status(503)],
    ['408', status(408)],
    ['425', status(425)],
    ['429', status(429)],
  ])('tries again after %s, which surely stored nothing', need, async (_name, answer) => {
    const { issue } = start();
    target.answer = (...parameters) => (target.received.length < 3 ? answer : takes)(...parameters);
    const signal = aSignal();
    await issue(signal);
    expect((await ended(signal.id, 'delivered')).attempts).toBe(3);
    expect(target.received.map(({ id }) => id)).toEqual([signal.id, signal.id, signal.id]);
  });

  it('sends nothing before it knows the time', need, async () => {
    let isTimeKnown = false;
    const { issue } = start({ delivery: { isTimeKnown: () => isTimeKnown } });
    const signal = aSignal();
    await issue(signal);
    await new Promise((done) => setTimeout(done, 300));
    expect(target.received).toHaveLength(0);
    isTimeKnown = true;
    await ended(signal.id, 'delivered');
  });

  it('waits as long as Retry-After asks', need, async () => {
    const { issue } = start();
    target.answer = (...parameters) =>
      (target.received.length < 2 ? status(429, { 'Retry-After': '1' }) : takes)(...parameters);
    const signal = aSignal();
    await issue(signal);
    await ended(signal.id, 'delivered');
    const [first, second] = target.received;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(990);
  });

  it.each([
    ['400', status(400), '400'],
    ['403', status(403), '403'],
    ['404', status(404), '404'],
    ['422', status(422), '422'],
    ['a redirect', status(307, { Location: 'http://127.0.0.1:1/' }), 'redirects are refused'],
  ])('takes %s as final, with the reason', need, async (_name, answer, reason) => {
    const { issue } = start();
    target.answer = answer;
    const signal = aSignal();
    await issue(signal);
    const row = await ended(signal.id, 'failed');
    expect(row.last_answer).toContain(reason);
    expect(target.received).toHaveLength(1);
  });

  it('takes 409 as delivered', need, async () => {
    const { issue } = start();
    target.answer = status(409);
    const signal = aSignal();
    await issue(signal);
    await ended(signal.id, 'delivered');
  });

  const ambiguous: [string, Platform['answer']][] = [
    ['a timeout', () => {}],
    ['a reset', (_response, _received, socket) => socket.resetAndDestroy()],
    ['502', status(502)],
    ['504', status(504)],
    ['garbage', (_response, _received, socket) => socket.end('no HTTP at all\r\n\r\n')],
    [
      'a truncated answer',
      (response, _received, socket) => {
        response.writeHead(200, { 'Content-Length': '500' });
        response.write('{"signal_id":');
        setTimeout(() => socket.destroy(), 20);
      },
    ],
    [
      'a slow drip',
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write(' '), 50);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ];
  it.each(ambiguous)('parks %s, on a platform that is not idempotent', need, async (_name, answer) => {
    const { issue, queue } = start({ channel: { timeoutMs: 300 } });
    target.answer = answer;
    const signal = aSignal();
    await issue(signal);
    const row = await ended(signal.id, 'parked');
    expect(row.last_answer).toMatch(/\S/);
    target.answer = takes;
    await queue.sweep();
    await new Promise((done) => setTimeout(done, 150));
    expect(target.received).toHaveLength(1);
    expect((await delivery(signal.id))?.state).toBe('parked');
  });
  it.each(ambiguous)('repeats %s under the same key, on one that is', need, async (_name, answer) => {
    const { issue } = start({ channel: { idempotent: true, timeoutMs: 300 } });
    target.answer = (...parameters) => (target.received.length < 2 ? answer : takes)(...parameters);
    const signal = aSignal();
    await issue(signal);
    expect((await ended(signal.id, 'delivered')).attempts).toBe(2);
    expect(new Set(target.received.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set([signal.id]),
    );
  });

  it('tries again where nobody listens, even on a platform that is not idempotent', need, async () => {
    const gone = await platform();
    await gone.close();
    const real = communityChannel({
      url: new Secret(target.url),
      path: new Secret('/api/signals/external'),
      idempotent: false,
      timeoutMs: 500,
      perMinute: 60_000,
    });
    const absent = communityChannel({
      url: new Secret(gone.url),
      path: new Secret('/api/signals/external'),
      idempotent: false,
      timeoutMs: 500,
      perMinute: 60_000,
    });
    const { issue } = start({
      channel: { send: (signal, attempt) => (attempt < 3 ? absent : real).send(signal, attempt) },
    });
    const signal = aSignal();
    await issue(signal);
    expect((await ended(signal.id, 'delivered')).attempts).toBe(3);
  });

  it('reads no more than 64 KiB of an answer', need, async () => {
    const { issue } = start({ channel: { timeoutMs: 5000 } });
    let written = 0;
    target.answer = (response) => {
      response.writeHead(200);
      const chunk = 'x'.repeat(16_384);
      const more = () => {
        while (!response.destroyed && written < 200e6) {
          written += chunk.length;
          if (response.write(chunk)) continue;
          response.once('drain', more);
          return;
        }
      };
      more();
    };
    const signal = aSignal();
    await issue(signal);
    const row = await ended(signal.id, 'parked');
    expect(row.last_answer!.length).toBeLessThan(300);
    expect(written).toBeLessThan(50e6);
  });

  it('does not send an expired post, and records that it expired', need, async () => {
    const { issue } = start();
    const late = aSignal({ expires_at: Date.now() - 1 });
    await issue(late);
    await ended(late.id, 'expired');
    target.answer = status(500);
    // Time enough for a first attempt, however busy the machine is.
    const soon = aSignal({ expires_at: Date.now() + 2000 * patience() });
    await issue(soon);
    const row = await ended(soon.id, 'expired');
    // The last attempt may have been claimed in time and then found itself too late.
    expect(row.last_answer).toMatch(/500|expired while it was made ready/);
    expect(target.received.length).toBeGreaterThan(0);
    expect(target.received.every(({ at }) => at <= soon.expires_at + arrivalMs)).toBe(true);
  });

  it('parks what may have been taken when it expires', need, async () => {
    const { issue } = start({ channel: { idempotent: true, timeoutMs: 100 } });
    target.answer = () => {};
    // Time enough for a first attempt, however busy the machine is.
    const signal = aSignal({ expires_at: Date.now() + 1000 * patience() });
    await issue(signal);
    expect((await ended(signal.id, 'parked')).last_answer).toContain('may have been taken');
  });

  it.each([
    ['at TP', 110, /at TP/],
    ['at SL', 94, /at SL/],
    ['too far from the entry', 106, /out of reach/],
  ])('does not send a signal whose price is %s', need, async (_name, price, reason) => {
    const { issue } = start({ delivery: { livePrice: () => price } });
    const signal = aSignal();
    await issue(signal);
    expect((await ended(signal.id, 'superseded')).last_answer).toMatch(reason);
    expect(target.received).toHaveLength(0);
  });

  it('does not send a signal that has ended meanwhile', need, async () => {
    const { issue } = start();
    target.answer = status(500);
    const signal = aSignal();
    await issue(signal);
    await until(() => target.received.length > 0);
    await store.record([ending(signal)], []);
    const { length } = target.received;
    expect((await ended(signal.id, 'superseded')).last_answer).toContain('reversed');
    await new Promise((done) => setTimeout(done, 200));
    expect(target.received.length).toBeLessThanOrEqual(length + 1);
  });

  it('posts one symbol in order, and does not let it hold up another', need, async () => {
    const { issue } = start();
    const first = aSignal({ symbol: 'ORDER1', timeframe: '1h' });
    target.answer = (response, got, socket) =>
      (got.id === first.id && target.received.length < 12 ? status(503) : takes)(response, got, socket);
    const rest = ['30min', '4h', '15min'].map((timeframe) =>
      aSignal({ symbol: 'ORDER1', timeframe: timeframe as Signal['timeframe'] }),
    );
    const other = aSignal({ symbol: 'ORDER2' });
    await issue(first, ...rest, other);
    await ended(rest.at(-1)!.id, 'delivered');
    const order = target.received.map(({ id }) => id);
    const last = order.lastIndexOf(first.id);
    expect(order.filter((id) => id !== other.id).slice(-3)).toEqual(rest.map(({ id }) => id));
    expect(order.indexOf(other.id)).toBeLessThan(last);
  });

  it('makes what the platform can never store final, before sending', need, async () => {
    const { issue } = start();
    const signal = aSignal({ entry: 100_500, tp: 110_000, sl: 99_000 });
    await issue(signal);
    expect((await ended(signal.id, 'failed')).last_answer).toContain('below 100000');
    expect(target.received).toHaveLength(0);
  });

  it('queues at start what was stored and not queued, once', need, async () => {
    // Of one symbol: others need no order.
    const signals = [0, 1, 2].map((i) => aSignal(placeOf('START', i)));
    for (const signal of signals) await store.record([opened(signal)], ['community']);
    const { queue } = start();
    for (const signal of signals) await ended(signal.id, 'delivered');
    await queue.sweep();
    expect(target.received.map(({ id }) => id)).toEqual(signals.map(({ id }) => id));
  });

  it('makes a lost job again', need, async () => {
    const { issue, queue } = start();
    target.answer = status(503, { 'Retry-After': '1' });
    const signal = aSignal();
    await issue(signal);
    await until(() => target.received.length === 1);
    const job = await until(() => queue.queue.getJob(`${signal.id}-community`));
    await until(async () => (await job.getState()) === 'delayed');
    await job.remove();
    target.answer = takes;
    expect(await queue.sweep()).toBe(1);
    await ended(signal.id, 'delivered');
    expect(target.received[1]!.at - target.received[0]!.at).toBeGreaterThanOrEqual(990);
  });

  it('never goes above the rate', need, async () => {
    const { issue } = start({ channel: { pace: { perMinute: 600, burst: 2 } } });
    const signals = Array.from({ length: 12 }, (_, i) => aSignal(placeOf('RATE', i)));
    await issue(...signals);
    for (const signal of signals) await ended(signal.id, 'delivered');
    const times = target.received.map(({ at }) => at);
    expect(times).toHaveLength(12);
    // 12 posts, 2 at once, then one every 60 s / 599.
    expect(times.at(-1)! - times[0]!).toBeGreaterThanOrEqual(10 * 100 - 60);
  });
});

const ending = (signal: Signal) =>
  ({
    kind: 'resolved',
    id: signal.id,
    symbol: signal.symbol,
    timeframe: signal.timeframe,
    outcome: {
      status: 'reversed',
      resolved_at: Date.now(),
      exit_price: 100,
      r: 0,
      mfe: 0,
      mae: 0,
      ambiguous_bar: false,
    },
  }) as const;

describe('deliveryWorker', () => {
  const start = (unhealthy: () => Promise<string | undefined>) => {
    const closed: unknown[] = [];
    const made: unknown[][] = [];
    const worker = deliveryWorker({
      backend: {
        unhealthy,
        worker: (...parameters: unknown[]) => {
          made.push(parameters);
          return {
            on: () => {},
            close: (isForced: boolean) => {
              closed.push(isForced);
              return isForced ? new Promise(() => {}) : Promise.resolve();
            },
          };
        },
      },
      channel: { name: 'c', idempotent: false },
      log: quiet,
    } as unknown as DeliveryOptions);
    return { worker, closed, options: made[0]![2] as WorkerOptions };
  };

  it('waits as long as an attempt has asked for, and a second after any other failure', () => {
    const { settings, ...options } = start(async () => undefined).options;
    const wait = (error: Error) => settings!.backoffStrategy!(1, 'custom', error, undefined as never);
    expect([wait(new TryAgain('429', 70)), wait(new Error('x'))]).toEqual([70, 1_000]);
    expect(options).toEqual({
      concurrency: 3,
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 2,
      runRetryDelay: 500,
    });
  });

  it('lets posts end where its backend is well, and does not wait for one that is away or silent', async () => {
    const well = start(async () => undefined);
    await well.worker.close();
    expect(well.closed).toEqual([false]);
    const away = start(async () => 'ECONNREFUSED');
    await away.worker.close();
    expect(away.closed).toEqual([true]);
    const silent = start(() => new Promise(() => {}));
    await silent.worker.close(50);
    expect(silent.closed).toEqual([true]);
  });
});
