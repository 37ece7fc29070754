import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { namesOf } from '../../cluster/names.ts';
import { exchangeCards } from '../../cluster/processes.ts';
import type { ProcessCard } from '../../schema/cluster.ts';
import { needs } from '../support/needs.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';

const cardOf = (id: string): ProcessCard => ({ id, roles: ['gateway'], settings: {} });

describe('exchangeCards', needs.redis, () => {
  let server: RedisProcess;
  let redis: Redis;
  beforeAll(async () => {
    server = await redisProcess();
    await server.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server.dispose();
  });

  it('shows the processes of one installation to each other, until they end or fall silent', async () => {
    const names = namesOf('one');
    const options = { everyMs: 50, ttlMs: 2000 };
    const a = exchangeCards(redis, names, cardOf('A'), options);
    const b = exchangeCards(redis, names, cardOf('B'), options);
    const stranger = exchangeCards(redis, namesOf('two'), cardOf('C'), options);
    const idsOf = ({ others }: typeof a) => others().map(({ id }) => id);
    await until(() => idsOf(a).length > 0 && idsOf(b).length > 0);
    expect([idsOf(a), idsOf(b), idsOf(stranger)]).toEqual([['B'], ['A'], []]);
    await b.close();
    // At once, and not when its card would have expired.
    expect([await redis.hexists(names.cards, 'B'), await redis.zscore(names.processes, 'B')]).toEqual([
      0,
      null,
    ]);
    await until(() => idsOf(a).length === 0);
    // As a killed one leaves it.
    await redis.zadd(names.processes, Date.now() + 300, 'D');
    await redis.hset(names.cards, 'D', JSON.stringify(cardOf('D')), 'E', 'no card');
    await until(() => idsOf(a).includes('D'));
    await until(() => !idsOf(a).includes('D'));
    expect(await redis.hexists(names.cards, 'D')).toBe(0);
    await a.close();
    await stranger.close();
  });
});
