import { describe, expect, it } from 'vitest';
import { Pool } from 'pg';
import { ensureJob, jobIdOf } from '../../../sinks/posts/post-jobs.ts';
import { openStore } from '../../../store/open-store.ts';
import type { Log } from '../../../store/log.ts';
import type { ClaimRequest } from '../../../store/posts/claim-post.ts';
import { needs } from '../../support/needs.ts';
import { patience } from '../../support/patience.ts';
import { pipeline, type Pipeline } from '../../support/pipeline.ts';
import { queueBackend } from '../../../store/queue-backend.ts';
import { quiet } from '../../support/services/database.ts';
import { status, store as takes } from '../../support/services/platform.ts';
import { postgresProcess } from '../../support/services/postgres.ts';
import { redisProcess } from '../../support/services/redis.ts';
import { aSignal, opened, placeOf, resolved } from '../../support/signals.ts';
import { until } from '../../support/until.ts';
import { useDelivery } from '../../support/use-delivery.ts';

const posts = useDelivery();
const rowOf = async (id: string) => (await posts.store.signals.get(id))?.deliveries[0];
const isIn = (id: string, state: string) => until(async () => (await rowOf(id))?.state === state);
const request = (id: string, over: Partial<ClaimRequest> = {}): ClaimRequest => ({
  id,
  channel: 'community',
  token: 'a',
  timeOfDay: Date.now,
  now: Date.now(),
  leaseMs: 10_000,
  pace: { perMinute: 60_000 },
  idempotent: false,
  ...over,
});
const stored = async (symbol: string) => {
  const signal = aSignal({ symbol });
  await posts.store.record([opened(signal)], ['community']);
  return signal;
};

describe('a post that is queued or being sent', () => {
  it('cannot be requeued by hand, and reaches the platform once', async () => {
    const now = Date.now();
    const byHand = (id: string) => posts.store.outbox.requeue(id, 'community', { now, looked: true });
    const waiting = await stored('HAND0');
    expect(await byHand(waiting.id)).toMatch(/waiting to be sent already/);
    let answer = () => {};
    posts.target.answer = (...parameters) => void (answer = () => takes(...parameters));
    const { queue } = posts.start({ channel: { timeoutMs: 10_000 } });
    await queue.sweep();
    await isIn(waiting.id, 'sending');
    await until(() => posts.target.received.length === 1);
    expect(await byHand(waiting.id)).toMatch(/waiting to be sent already/);
    expect(await rowOf(waiting.id)).toMatchObject({ state: 'sending', attempts: 1 });
    answer();
    await isIn(waiting.id, 'delivered');
    expect(await byHand(waiting.id)).toMatch(/delivered/);
    await queue.sweep();
    await until(async () => (await queue.counts()).counts.completed === 1);
    expect(posts.target.received).toHaveLength(1);
  });
});

describe('a second claim while an attempt may be in flight', () => {
  it.each([true, false])('waits about the rest of its lease, idempotent: %s', async (idempotent) => {
    const { id } = await stored(`LEASE${idempotent ? 1 : 0}`);
    const begun = Date.now();
    expect((await posts.store.outbox.claim(request(id, { timeOfDay: () => begun, idempotent }))).kind).toBe(
      'claimed',
    );
    for (const passed of [0, 4_000, 9_990]) {
      const again = await posts.store.outbox.claim(
        request(id, { token: 'b', timeOfDay: () => begun + passed, idempotent }),
      );
      expect(again).toEqual({ kind: 'wait', reason: 'in_flight', waitMs: 10_000 - passed });
    }
    expect(await rowOf(id)).toMatchObject({ state: 'sending', attempts: 1 });
    // The first attempt's answer still counts.
    const end = { state: 'delivered', answer: 'ok', remoteId: 'p' } as const;
    expect(await posts.store.outbox.settle(id, 'community', 'a', end, begun + 9_995)).toBe(true);
  });
});

describe('an attempt that ends after another took its post over', () => {
  it('changes nothing, says so once, and frees its slot', async () => {
    const warnings: unknown[] = [];
    const log = { ...silent(), warn: (...parameters: unknown[]) => void warnings.push(parameters[1]) } as Log;
    const signal = await stored('TAKEN');
    let answer = () => {};
    posts.target.answer = (...parameters) => {
      if (parameters[1].id === signal.id) answer = () => status(422)(...parameters);
      else takes(...parameters);
    };
    const { queue, issue } = posts.start({
      channel: { timeoutMs: 20_000, idempotent: true },
      delivery: { concurrency: 1, log },
    });
    await queue.sweep();
    await until(() => posts.target.received.length === 1);
    const taken = await posts.store.outbox.claim(
      request(signal.id, { token: 'thief', timeOfDay: () => Date.now() + 60_000, idempotent: true }),
    );
    expect(taken.kind).toBe('claimed');
    const before = await rowOf(signal.id);
    answer();
    const next = aSignal({ symbol: 'FREE' });
    await issue(next);
    await isIn(next.id, 'delivered');
    expect(await rowOf(signal.id)).toEqual(before);
    expect(warnings).toEqual(['an attempt ended after its lease had expired']);
  });
});

describe('the next post of a symbol', () => {
  it('goes within seconds where it is not woken', async () => {
    const { issue } = posts.start({ delivery: { wake: () => Promise.reject(new Error('no')) } });
    const [first, second] = [aSignal({ symbol: 'WAKE' }), aSignal({ symbol: 'WAKE', timeframe: '4h' })];
    let answer = () => {};
    posts.target.answer = (...parameters) => {
      if (parameters[1].id === first.id) answer = () => takes(...parameters);
      else takes(...parameters);
    };
    await issue(first, second);
    await until(() => posts.target.received.length === 1);
    const claim = await posts.store.outbox.claim(request(second.id, { token: 'x' }));
    expect(claim).toEqual({ kind: 'wait', reason: 'order', waitMs: 1_000 });
    answer();
    const begun = performance.now();
    await isIn(second.id, 'delivered');
    expect(performance.now() - begun).toBeLessThan(4_000 * patience());
  });

  it('waits a second for each post before it', async () => {
    // As many as may be open of a symbol at once.
    const signals = Array.from({ length: 8 }, (_, i) => aSignal(placeOf('LONG', i)));
    for (const signal of signals) await posts.store.record([opened(signal)], ['community']);
    expect(new Set(signals.map(({ symbol }) => symbol)).size).toBe(1);
    for (const i of [1, 3, 7])
      expect(await posts.store.outbox.claim(request(signals[i]!.id, { token: 'x' }))).toMatchObject({
        kind: 'wait',
        reason: 'order',
        waitMs: 1_000 * i,
      });
  });
});

describe('a row that was written before the clock was set back', () => {
  it.each([['opening'], ['end']])('is mended once and for good, of an %s', async (kind) => {
    const signal = await stored(`MEND${kind}`);
    const hour = 3_600_000;
    const ahead = Date.now() + hour;
    const settle = async (id: string) => {
      const claim = await posts.store.outbox.claim(request(id, { token: id, timeOfDay: () => ahead }));
      expect(claim.kind).toBe('claimed');
      const end = {
        state: 'queued',
        answer: '503',
        nextAttemptAt: ahead + 3_000,
        maybeStored: false,
      } as const;
      expect(await posts.store.outbox.settle(id, 'community', id, end, ahead)).toBe(true);
    };
    let { id } = signal;
    if (kind === 'end') {
      await posts.store.outbox.claim(request(id, { timeOfDay: () => ahead }));
      const delivered = { state: 'delivered', answer: 'ok', remoteId: null } as const;
      await posts.store.outbox.settle(id, 'community', 'a', delivered, ahead);
      await posts.store.record([resolved(signal)], ['community'], ['community']);
      id = `${signal.id}-end`;
    }
    await settle(id);
    const now = Date.now();
    const first = await posts.store.outbox.claim(request(id, { token: 'x', timeOfDay: () => now }));
    expect(first).toMatchObject({ kind: 'wait', reason: 'backoff', waitMs: 3_000 });
    const second = await posts.store.outbox.claim(request(id, { token: 'x', timeOfDay: () => now + 2_000 }));
    expect(second).toMatchObject({ kind: 'wait', reason: 'backoff', waitMs: 1_000 });
    const due = now + 3_001;
    // The channel's pace was an hour ahead, too: it is mended by one interval, a millisecond here.
    const third = await posts.store.outbox.claim(request(id, { token: 'x', timeOfDay: () => due }));
    expect(third).toMatchObject({ kind: 'wait', reason: 'pace' });
    expect(
      (await posts.store.outbox.claim(request(id, { token: 'x', timeOfDay: () => due + 10 }))).kind,
    ).toBe('claimed');
  });
});

describe.each([
  { name: 'PostgreSQL', need: needs.none, hasRedis: false },
  { name: 'Redis', need: needs.redis, hasRedis: true },
])('a sweep on $name', ({ need, hasRedis }) => {
  it(
    'leaves jobs alone that wait, are delayed or run, and makes those again that ended or are unknown',
    need,
    async () => {
      const redis = hasRedis ? await redisProcess() : undefined;
      await redis?.start();
      // Without a worker: what a job does is decided here.
      const backend = queueBackend({
        redisUrl: redis?.url,
        connection: posts.store.connection,
        log: quiet,
        random: Math.random,
      });
      const queue = backend.queue('sweeping');
      try {
        await until(async () => backend.available() && (await backend.unhealthy()) === undefined);
        const ids: Record<string, string> = {};
        const posts: Record<string, Parameters<typeof ensureJob>[1]> = {};
        for (const name of ['waits', 'delayed', 'runs', 'completed', 'failed', 'unknown']) {
          const signal = aSignal();
          ids[name] = jobIdOf(signal.id, 'sweeping');
          posts[name] = {
            id: signal.id,
            kind: 'opening',
            channel: 'sweeping',
            signal,
            nextAttemptAt: name === 'delayed' ? Date.now() + 600_000 : null,
          };
        }
        const jobOf = async (name: string) => (await queue.getJob(ids[name]!))!;
        const worker = backend.worker('sweeping', null as never, { autorun: false });
        for (const name of ['completed', 'failed', 'runs']) {
          expect(await ensureJob(queue, posts[name]!, Date.now())).toBe(true);
          const job = await worker.getNextJob('t', { block: false });
          if (name === 'completed') await job?.moveToCompleted('ok', 't', false);
          if (name === 'failed')
            await job?.moveToFailed(
              Object.assign(new Error('x'), { name: 'UnrecoverableError' }),
              't',
              false,
            );
        }
        for (const name of ['waits', 'delayed'])
          expect(await ensureJob(queue, posts[name]!, Date.now())).toBe(true);
        for (const [name, state] of [
          ['waits', 'waiting'],
          ['delayed', 'delayed'],
          ['runs', 'active'],
          ['completed', 'completed'],
        ])
          expect(await (await jobOf(name!)).getState()).toBe(state);
        const before = await Promise.all(['waits', 'delayed', 'runs'].map(jobOf));
        await new Promise((done) => setTimeout(done, 5));
        for (const name of ['waits', 'delayed', 'runs'])
          expect([name, await ensureJob(queue, posts[name]!, Date.now())]).toEqual([name, false]);
        const after = await Promise.all(['waits', 'delayed', 'runs'].map(jobOf));
        expect(after.map(({ timestamp, delay }) => [timestamp, delay])).toEqual(
          before.map(({ timestamp, delay }) => [timestamp, delay]),
        );
        for (const name of ['completed', 'failed', 'unknown'])
          expect([name, await ensureJob(queue, posts[name]!, Date.now())]).toEqual([name, true]);
        for (const name of ['completed', 'failed', 'unknown'])
          expect(await (await jobOf(name)).getState()).toBe('waiting');
        await worker.close(true);
      } finally {
        await queue.close();
        await backend.close();
        await redis?.dispose();
      }
    },
  );
});

describe('PostgreSQL away', needs.redis, () => {
  it('after the platform’s answer: the end is tried about twice a second, no more, and written once', async () => {
    const database = await postgresProcess('a-pass-word');
    await database.start();
    const own = await openStore({
      dataDir: '/nowhere',
      databaseUrl: database.url,
      log: quiet,
      now: Date.now,
    });
    await own.term.take('a test');
    const redis = await redisProcess();
    let line: Pipeline | undefined;
    try {
      await redis.start();
      const settled: boolean[] = [];
      let tries = 0;
      let isAway = false;
      line = pipeline({
        url: posts.target.url,
        redisUrl: redis.url,
        channel: { timeoutMs: 5_000 },
        delivery: { lockDurationMs: 30_000 },
        store: {
          ...own,
          outbox: {
            ...own.outbox,
            settle: async (...parameters) => {
              if (isAway) tries += 1;
              const isMine = await own.outbox.settle(...parameters);
              settled.push(isMine);
              return isMine;
            },
          },
        },
      });
      const signal = aSignal({ symbol: 'AWAY' });
      posts.target.answer = (...parameters) => {
        isAway = true;
        void database.kill('SIGKILL').then(() => takes(...parameters));
      };
      await line.issue(signal);
      await until(() => tries > 0);
      const begun = performance.now();
      await new Promise((done) => setTimeout(done, 3_000));
      expect(tries).toBeGreaterThanOrEqual(2);
      expect(tries).toBeLessThanOrEqual(Math.ceil((performance.now() - begun) / 500) + 1);
      isAway = false;
      await database.start();
      await until(() => settled.length > 0);
      await until(async () => (await own.signals.get(signal.id))?.deliveries[0]?.state === 'delivered');
      await line.queue.sweep();
      expect(settled).toEqual([true]);
      expect(posts.target.received).toHaveLength(1);
    } finally {
      await line?.close();
      await own.close();
      await database.dispose();
      await redis.dispose();
    }
  });

  it('during a sweep: it fails, is repeated, and queues and expires everything when it is back', async () => {
    const database = await postgresProcess('a-pass-word');
    await database.start();
    const own = await openStore({
      dataDir: '/nowhere',
      databaseUrl: database.url,
      log: quiet,
      now: Date.now,
    });
    await own.term.take('a test');
    const redis = await redisProcess();
    let line: Pipeline | undefined;
    try {
      await redis.start();
      const [valid, late] = [
        aSignal({ symbol: 'VALID' }),
        aSignal({ symbol: 'LATE', expires_at: Date.now() - 1 }),
      ];
      for (const signal of [valid, late]) await own.record([opened(signal)], ['community']);
      await database.kill('SIGKILL');
      line = pipeline({ url: posts.target.url, store: own, redisUrl: redis.url });
      await until(() => line!.backend.available());
      await expect(line.queue.sweep()).rejects.toThrow(/ECONNREFUSED|terminated|Connection/);
      expect(line.queue.enqueued().failure).toBeDefined();
      await database.start();
      const stateOf = async (id: string) => (await own.signals.get(id))?.deliveries[0]?.state;
      await until(async () => (await stateOf(valid.id)) === 'delivered');
      expect(await stateOf(late.id)).toBe('expired');
      await until(() => line!.queue.enqueued().failure === undefined);
      expect(posts.target.received.map(({ id }) => id)).toEqual([valid.id]);
      const pool = new Pool(own.connection);
      const { rows } = await pool.query<{ n: number }>(
        "select count(*)::int as n from outbox where state = 'queued'",
      );
      await pool.end();
      expect(rows[0]!.n).toBe(0);
    } finally {
      await line?.close();
      await own.close();
      await database.dispose();
      await redis.dispose();
    }
  });
});

const silent = (): Log => ({ debug: () => {}, info: () => {}, warn: () => {}, error: () => {} });
