import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackend } from '../../../store/queue-backend.ts';
import { LastingRedis } from '../../../store/connect/lasting-redis.ts';
import { redisAddress } from '../../../store/connect/redis-address.ts';
import { needs } from '../../support/needs.ts';
import { quiet } from '../../support/services/database.ts';
import { redisProcess } from '../../support/services/redis.ts';
import { type Sentinels, sentinels } from '../../support/services/sentinels.ts';
import { until } from '../../support/until.ts';

describe('the address of a Redis', () => {
  it.each([
    ['redis://u:p@one:1/2', 'redis://u:p@one:1/2'],
    [
      'redis+sentinel://us%40er:p%2Fw@one:1,[::1]:2,three/my.master/3?sentinel_password=s%40w',
      {
        sentinels: [
          { host: 'one', port: 1 },
          { host: '::1', port: 2 },
          { host: 'three', port: 26_379 },
        ],
        name: 'my.master',
        db: 3,
        username: 'us@er',
        password: 'p/w',
        sentinelPassword: 's@w',
        failoverDetector: true,
      },
    ],
    [
      'rediss+sentinel://one/m',
      {
        sentinels: [{ host: 'one', port: 26_379 }],
        name: 'm',
        db: 0,
        tls: {},
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
        failoverDetector: true,
      },
    ],
  ])('%s', (url, address) => expect(redisAddress(url)).toEqual(address));
});

describe('a connection behind Sentinels', () => {
  it('goes on connecting where they tell of a new primary meanwhile', async () => {
    const client = new LastingRedis('redis+sentinel://127.0.0.1:1/mymaster', {
      maxRetriesPerRequest: null,
      retryStrategy: () => 20,
    });
    client.on('error', () => {});
    const seen: string[] = [];
    for (const state of ['end', 'connecting']) client.on(state, () => seen.push(state));
    await until(() => client.status === 'connecting');
    // What a Sentinel's word does.
    (client as unknown as { connector: { disconnect: () => void } }).connector.disconnect();
    await until(() => seen.includes('end'));
    await until(() => seen.at(-1) === 'connecting');
    client.disconnect();
    await until(() => client.status === 'end');
    const before = seen.length;
    await new Promise((done) => setTimeout(done, 500));
    expect(seen).toHaveLength(before);
  });
});

describe('a connection that was asked to end', needs.redis, () => {
  it.each(['disconnect', 'quit'] as const)('stays so after %s', async (way) => {
    const redis = await redisProcess();
    await redis.start();
    const client = new LastingRedis(redis.url, { maxRetriesPerRequest: null });
    await client.ping();
    await client[way]();
    await until(() => client.status === 'end');
    await new Promise((done) => setTimeout(done, 500));
    expect(client.status).toBe('end');
    await redis.dispose();
  });
});

describe('a queue behind Sentinels', needs.redis, () => {
  let watched: Sentinels;
  beforeAll(async () => {
    watched = await sentinels();
  });
  afterAll(() => watched.dispose());

  it('goes on at the replica when the primary has died', async () => {
    const backend = queueBackend({
      redisUrl: watched.url,
      connection: {},
      log: quiet,
      random: Math.random,
    });
    const queue = backend.queue('community');
    const done = new Set<string>();
    const worker = backend.worker('community', async ({ id }) => void done.add(id ?? ''), {});
    queue.on('error', () => {});
    worker.on('error', () => {});
    expect(await backend.hopeless()).toBeUndefined();
    await worker.waitUntilReady();
    const through = async () => {
      const job = await until(() => queue.add('x', {} as never).catch(() => undefined));
      await until(() => done.has(job.id!));
    };
    await through();
    await watched.primary.kill('SIGKILL');
    await watched.hasFailedOver();
    await through();
    await until(() => backend.available());
    await worker.close();
    await queue.close();
    await backend.close();
  });
});
