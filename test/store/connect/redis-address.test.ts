import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queueBackend } from '../../../store/queue-backend.ts';
import { redisAddress } from '../../../store/connect/redis-address.ts';
import { needs } from '../../support/needs.ts';
import { quiet } from '../../support/services/database.ts';
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
