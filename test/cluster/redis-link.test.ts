import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedisLink, type RedisLink } from '../../cluster/redis-link.ts';
import type { Log } from '../../store/log.ts';
import { needs } from '../support/needs.ts';
import { patience } from '../support/patience.ts';
import { redisProcess, type RedisProcess } from '../support/services/redis.ts';
import { until } from '../support/until.ts';

describe('openRedisLink', needs.redis, () => {
  let server: RedisProcess;
  let link: RedisLink;
  const warned: string[] = [];
  const log = {
    warn: ({ err, role }: { err: Error; role: string }) => void warned.push(`${role}: ${err.message}`),
  } as unknown as Log;
  beforeAll(async () => {
    server = await redisProcess();
    await server.start();
    link = openRedisLink(server.url, log, () => 0.5);
    await until(() => link.commands.status === 'ready');
  });
  afterAll(async () => {
    link.close();
    await server.dispose();
  });

  it('gives up connecting after 2 s, and connects again soon, ever less soon, each process at its own time', () => {
    const { connectTimeout, keepAlive, retryStrategy } = link.commands.options;
    expect([connectTimeout, keepAlive]).toEqual([2_000, 10_000]);
    expect([0, 1, 2, 3, 4, 50].map((times) => retryStrategy!(times))).toEqual([75, 100, 150, 250, 250, 250]);
  });

  it('waits for ever where a command blocks, on a connection of its own', async () => {
    const blocking = link.blocking();
    expect(blocking.options).toMatchObject({ maxRetriesPerRequest: null, enableOfflineQueue: true });
    expect(blocking.options.commandTimeout).toBeUndefined();
    expect(await blocking.ping()).toBe('PONG');
    blocking.disconnect();
  });

  it('calls all back who listen to a channel, and nobody else', async () => {
    const heard: string[] = [];
    let listening = 0;
    link.onListening(() => (listening += 1));
    for (const name of ['a', 'b']) link.listen('one', (text) => void heard.push(`${name} ${text}`));
    link.listen('two', (text) => void heard.push(`c ${text}`));
    await until(() => listening >= 3);
    await link.commands.publish('two', 'second');
    await link.commands.publish('one', 'first');
    await until(() => heard.length === 3);
    expect(heard).toEqual(['c second', 'a first', 'b first']);
  });

  it('is over when it is closed', async () => {
    const over = openRedisLink(server.url, log, () => 0);
    await until(() => over.commands.status === 'ready');
    over.close();
    await until(() => over.commands.status === 'end');
    await expect(over.commands.ping()).rejects.toThrow(/closed/);
  });

  it('lets a command fail after a second without an answer, and at once in an outage, which is told once', async () => {
    await server.kill('SIGSTOP');
    const asked = performance.now();
    await expect(link.commands.ping()).rejects.toThrow('Command timed out');
    expect(performance.now() - asked).toBeGreaterThan(900);
    expect(performance.now() - asked).toBeLessThan(2_500 * patience());
    await server.kill('SIGCONT');
    await until(async () => (await link.commands.ping().catch(() => '')) === 'PONG');
    for (let outage = 0; outage < 2; outage++) {
      warned.length = 0;
      await server.kill('SIGKILL');
      const refusals = () => warned.filter((one) => one.includes('ECONNREFUSED')).length;
      await until(() => refusals() > 0);
      await expect(link.commands.ping()).rejects.toThrow(/isn't writeable/);
      // Long enough for six attempts more of the two. How the other one was cut off may be told in between.
      await new Promise((done) => setTimeout(done, 600));
      expect(refusals()).toBeLessThanOrEqual(2);
      for (const one of warned) expect(one).toMatch(/^(?:commands|channels): ./);
      await server.start();
      await until(() => link.commands.status === 'ready');
    }
  });
});
