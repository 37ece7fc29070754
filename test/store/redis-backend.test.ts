import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackend } from '../../store/queue-backend.ts';
import { quiet } from '../support/services/database.ts';
import { needs } from '../support/needs.ts';
import { type RedisProcess, redisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';

describe('a queue on Redis', needs.redis, () => {
  let redis: RedisProcess;
  let operator: Redis;
  beforeAll(async () => {
    redis = await redisProcess();
    await redis.start();
    operator = new Redis(redis.url);
  });
  afterAll(async () => {
    operator.disconnect();
    await redis.dispose();
  });
  const user = async (name: string, ...rules: string[]) => {
    await operator.call('ACL', 'SETUSER', name, 'reset', 'on', '>pass', ...rules);
    return redis.url.replace('redis://', `redis://${name}:pass@`);
  };
  const backendOf = (redisUrl: string) =>
    queueBackend({ redisUrl, connection: {}, log: quiet, random: Math.random });
  const all = ['~*', '&*', '+@all'];

  it.each([
    ['INFO', [...all, '-info']],
    ['EVAL', [...all, '-eval']],
    ['EVALSHA', [...all, '-evalsha']],
    ['EVAL', [...all, '-@scripting']],
    ['XADD', [...all, '-@stream']],
    ['ZADD', [...all, '-zadd']],
    ['LPOS', [...all, '-lpos']],
    ['HGETALL', [...all, '-hgetall']],
    ['BZPOPMIN', [...all, '-@blocking']],
    ['MULTI', [...all, '-multi']],
    ['EVAL', ['~other:*', '&*', '+@all']],
    ['SET', ['%R~*', '&*', '+@all']],
  ])('is refused a user who may not do %s (%j), with the command', async (command, rules) => {
    const backend = backendOf(await user('app', ...rules));
    const reason = await backend.hopeless();
    expect(reason).toMatch(/may not do what a queue needs/);
    expect(reason).toContain(command);
    expect(reason).not.toContain('pass@');
    expect(backend.available()).toBe(false);
    await backend.close();
  });

  it('works with the rights that the refusal names, and with those of its own queue alone', async () => {
    for (const rules of [
      ['+@all', '-@dangerous', '+info', '~bull:*', '&*'],
      ['+@all', '-@dangerous', '+info', '~bull:community:*'],
    ]) {
      const backend = backendOf(await user('app', ...rules));
      const queue = backend.queue('community');
      expect(await backend.hopeless()).toBeUndefined();
      await until(() => backend.available());
      let done = '';
      const worker = backend.worker('community', async ({ id }) => void (done = id ?? ''), {});
      worker.on('error', () => {});
      const job = await queue.add('x', {} as never);
      await until(() => done === job.id);
      await worker.close();
      await queue.close();
      await backend.close();
    }
  });

  it('does not spin while the user may do nothing, and works once it may', async () => {
    const url = await user('app', '+ping');
    const backend = backendOf(url);
    const queue = backend.queue('later');
    queue.on('error', () => {});
    let done = false;
    const worker = backend.worker('later', async () => void (done = true), {});
    worker.on('error', () => {});
    await until(async () => (await backend.unhealthy())?.includes('may not do'));
    const before = process.cpuUsage();
    await new Promise((after) => setTimeout(after, 1_000));
    const { user: ours, system } = process.cpuUsage(before);
    expect((ours + system) / 1e6).toBeLessThan(0.5);
    await user('app', ...all);
    await until(() => backend.available());
    await queue.add('x', {} as never);
    await until(() => done);
    // And back: what BullMQ asks then is refused, and it waits between its tries.
    await user('app', '+ping');
    await until(async () => (await backend.unhealthy()) !== undefined);
    const again = process.cpuUsage();
    await new Promise((after) => setTimeout(after, 1_000));
    const spent = process.cpuUsage(again);
    expect((spent.user + spent.system) / 1e6).toBeLessThan(0.5);
    await worker.close(true);
    await queue.close();
    await backend.close();
  });

  it('asks a Redis that refuses everything in the midst of work a few times a second, not in a loop', async () => {
    const url = await user('busy', ...all);
    const backend = backendOf(url);
    const queue = backend.queue('busy');
    queue.on('error', () => {});
    await backend.hopeless();
    await until(() => backend.available());
    await queue.addBulk(Array.from({ length: 40 }, (_, i) => ({ name: 'x', data: { i } as never })));
    let done = 0;
    const slow = async () => {
      await new Promise((later) => setTimeout(later, 20));
      done += 1;
    };
    const worker = backend.worker('busy', slow, { runRetryDelay: 500 });
    worker.on('error', () => {});
    await until(() => done > 3);
    const refused = async () =>
      Number(/errorstat_NOPERM:count=(\d+)/.exec(await operator.info('errorstats'))?.[1] ?? 0);
    await user('busy', '+ping');
    const before = await refused();
    await new Promise((after) => setTimeout(after, 1_500));
    expect((await refused()) - before).toBeLessThan(100);
    await user('busy', ...all);
    await until(() => done >= 40);
    await worker.close();
    await queue.close();
    await backend.close();
  });

  it('leaves no key of its trials behind for long', async () => {
    const keys = await operator.keys('bull:*anso-trial*');
    for (const key of keys) expect(await operator.pttl(key)).toBeGreaterThan(0);
  });

  it.each([
    ['is full', ['maxmemory', '1'], ['maxmemory', '0'], /full \(maxmemory\)/],
    [
      'has fewer replicas than it wants',
      ['min-replicas-to-write', '1'],
      ['min-replicas-to-write', '0'],
      /replicas/,
    ],
  ] as const)('is not available while Redis %s', async (_, wrong, right, reason) => {
    const backend = backendOf(redis.url);
    expect(await backend.hopeless()).toBeUndefined();
    await until(() => backend.available());
    await operator.config('SET', ...wrong);
    expect(await backend.unhealthy()).toMatch(reason);
    expect(backend.available()).toBe(false);
    await operator.config('SET', ...right);
    await until(() => backend.available());
    await backend.close();
  });

  it('leaves a replica once a second, not in a loop, and works as soon as it is a primary', async () => {
    const replica = await redisProcess('--replicaof', '127.0.0.1', new URL(redis.url).port);
    await replica.start();
    const own = new Redis(replica.url);
    const backend = backendOf(replica.url);
    expect(await backend.hopeless()).toBeUndefined();
    const connections = async () =>
      Number(/total_connections_received:(\d+)/.exec(await own.info('stats'))![1]);
    await until(() => /replica/.test(backend.why() ?? ''));
    const before = await connections();
    const reasons = new Set<string | undefined>();
    for (const end = performance.now() + 3_000; performance.now() < end;) {
      reasons.add(await backend.unhealthy());
      await new Promise((later) => setTimeout(later, 10));
    }
    expect([...reasons].filter((reason) => !/replica/.test(reason ?? ''))).toEqual([]);
    const renewed = (await connections()) - before;
    expect(renewed).toBeGreaterThan(0);
    expect(renewed).toBeLessThan(8);
    await own.call('REPLICAOF', 'NO', 'ONE');
    await until(() => backend.available());
    own.disconnect();
    await backend.close();
    await replica.dispose();
  });

  it('warns of each policy that throws keys away', async () => {
    for (const policy of ['allkeys-lru', 'volatile-ttl', 'allkeys-random']) {
      await operator.config('SET', 'maxmemory-policy', policy);
      const backend = backendOf(redis.url);
      await backend.hopeless();
      expect(backend.warning()).toContain(policy);
      await backend.close();
    }
    await operator.config('SET', 'maxmemory-policy', 'noeviction');
  });
});
