import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLease, type Lease } from '../../cluster/lease.ts';
import { quiet } from '../support/services/database.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';
import { needs } from '../support/needs.ts';

const ttlMs = 1000;

describe('createLease', needs.redis, () => {
  let process: RedisProcess;
  let redis: Redis;
  let count = 0;
  const leases: Lease[] = [];
  const connect = () => {
    const made = new Redis(process.url, { enableOfflineQueue: false, commandTimeout: 500 });
    made.on('error', () => {});
    return made;
  };
  const candidate = (key: string, through: Pick<Redis, 'eval' | 'info'> = redis) => {
    const lost: string[] = [];
    const token = `process ${++count}`;
    const lease = createLease({
      redis: through,
      key,
      token,
      log: quiet,
      ttlMs,
      renewEveryMs: 200,
      askEveryMs: 50,
      onHeld: () => {},
      onLost: (holder) => lost.push(holder),
    });
    leases.push(lease);
    return { lease, lost, token };
  };
  /** A process whose commands do not reach Redis. */
  const cuttable = () => {
    const wire = {
      isCut: false,
      eval: (...all: Parameters<Redis['eval']>) =>
        wire.isCut ? Promise.reject(new Error('cut')) : redis.eval(...all),
      info: () => redis.info('server'),
    };
    return wire as typeof wire & Pick<Redis, 'eval' | 'info'>;
  };

  beforeAll(async () => {
    process = await redisProcess();
    await process.start();
    redis = connect();
    await until(() => redis.status === 'ready');
  });
  afterEach(async () => {
    for (const lease of leases.splice(0)) await lease.close();
  });
  afterAll(async () => {
    redis.disconnect();
    await process.dispose();
  });

  it('has one holder at a time, known to the others', async () => {
    const all = [candidate('one'), candidate('one'), candidate('one')];
    const held = () => all.filter(({ lease }) => lease.isHeld());
    await until(() => held().length > 0);
    await until(() => all.every(({ lease }) => lease.holder() === held()[0]!.token));
    expect(held()).toHaveLength(1);
  });

  it('goes to the standby as soon as it is released', async () => {
    const first = candidate('back');
    await until(() => first.lease.isHeld());
    const second = candidate('back');
    await until(() => second.lease.holder() === first.token);
    await first.lease.close();
    await until(() => second.lease.isHeld(), ttlMs / 2);
  });

  it('goes to the standby when its holder no longer renews it; the holder finds out and ends', async () => {
    const wire = cuttable();
    const first = candidate('silent', wire);
    await until(() => first.lease.isHeld());
    const second = candidate('silent');
    wire.isCut = true;
    await until(() => second.lease.isHeld());
    // It cannot know yet: its commands do not reach Redis.
    expect([first.lease.isHeld(), first.lost]).toEqual([true, []]);
    wire.isCut = false;
    await until(() => first.lost.length > 0);
    expect([first.lease.isHeld(), first.lost]).toEqual([false, [second.token]]);
    await first.lease.close();
    expect(await redis.get('silent')).toBe(second.token);
  });

  it('stays with its holder when Redis has lost the key', async () => {
    const holder = candidate('forgotten');
    await until(() => holder.lease.isHeld());
    const other = candidate('forgotten');
    await until(() => other.lease.holder() === holder.token);
    // An attempt by another process, as after a restart, has to wait: a Redis just started may have lost the holder's key.
    const young = candidate('forgotten', {
      eval: redis.eval.bind(redis),
      info: () => Promise.resolve('uptime_in_seconds:0'),
    });
    await process.kill('SIGKILL');
    expect(holder.lease.isHeld()).toBe(true);
    await process.start();
    await until(() => redis.status === 'ready');
    await redis.del('forgotten');
    await until(async () => (await redis.get('forgotten')) === holder.token);
    expect([holder.lost, other.lease.isHeld(), young.lease.isHeld()]).toEqual([[], false, false]);
  });
});
