import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { forwarder } from '../../support/services/forwarder.ts';
import { needs } from '../../support/needs.ts';
import { type RedisProcess, redisProcess } from '../../support/services/redis.ts';
import { until } from '../../support/until.ts';
import type { RunningServer } from '../../support/server.ts';
import { isReady, saysWhy, stopsInTime } from '../../support/still-answers.ts';
import { createWorld, deliveryOf, postClose } from '../../support/world.ts';

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

async function redis(...more: string[]): Promise<RedisProcess & { operator: Redis }> {
  const server = await redisProcess(...more);
  cleanUp.push(() => server.dispose());
  await server.start();
  const operator = new Redis(server.url);
  operator.on('error', () => {});
  cleanUp.push(async () => operator.disconnect());
  return { ...server, operator };
}
async function serverAt(url: string): Promise<RunningServer> {
  const world = await createWorld({ REDIS_URL: url, COMMUNITY_IDEMPOTENT: 'true' });
  cleanUp.push(() => world.dispose());
  return world.start();
}
const isDelivered = (server: RunningServer, id: string) =>
  until(async () => (await deliveryOf(server, id))?.state === 'delivered', 15_000);
const isQueued = async (server: RunningServer, id: string) =>
  expect((await deliveryOf(server, id))?.state).toBe('queued');
const portOf = (url: string) => Number(new URL(url).port);

describe('a Redis that answers and is of no use', needs.redis, () => {
  it('a user who may not do what a queue needs: refused at the start, with the command', async () => {
    const { operator, url } = await redis();
    await operator.call('ACL', 'SETUSER', 'app', 'on', '>pass', '~*', '&*', '+@all', '-info');
    await expect(serverAt(url.replace('redis://', 'redis://app:pass@'))).rejects.toThrow(
      /exited with 78: .*may not do what a queue needs: INFO/,
    );
  });

  it('a cluster: refused at the start, by name', async () => {
    const { operator, url } = await redis('--cluster-enabled', 'yes');
    await operator.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
    await expect(serverAt(url)).rejects.toThrow(/exited with 78: .*Redis Cluster/);
  });

  it('rights are taken away and given back: posts wait, nothing spins, it goes on', async () => {
    const { operator, url } = await redis();
    await operator.call('ACL', 'SETUSER', 'app', 'on', '>pass', '~*', '&*', '+@all');
    const server = await serverAt(url.replace('redis://', 'redis://app:pass@'));
    await isReady(server);
    await isDelivered(server, await postClose(server, 'BEFORE'));
    await operator.call('ACL', 'SETUSER', 'app', '-@all', '+ping', '+client');
    await saysWhy(server, /^queue: .*may not do what a queue needs/);
    const waiting = await postClose(server, 'MEANWHILE');
    await isQueued(server, waiting);
    await operator.call('ACL', 'SETUSER', 'app', '+@all');
    await isDelivered(server, waiting);
    await isReady(server);
    await operator.call('ACL', 'SETUSER', 'app', '-@all', '+ping');
    await saysWhy(server, /^queue: /);
    await stopsInTime(server);
  });

  it('full: posts wait for room, and it says so', async () => {
    const { operator, url } = await redis();
    const server = await serverAt(url);
    await isReady(server);
    await operator.config('SET', 'maxmemory', '1');
    await saysWhy(server, /^queue: Redis is full/);
    const waiting = await postClose(server, 'FULL');
    await isQueued(server, waiting);
    await operator.config('SET', 'maxmemory', '0');
    await isDelivered(server, waiting);
    await isReady(server);
    await operator.config('SET', 'maxmemory', '1');
    await saysWhy(server, /^queue: Redis is full/);
    await stopsInTime(server);
  });

  it('a replica from the start, which becomes a primary', async () => {
    const primary = await redis();
    const replica = await redis('--replicaof', '127.0.0.1', String(portOf(primary.url)));
    const server = await serverAt(replica.url);
    await saysWhy(server, /^queue: .*replica/);
    const waiting = await postClose(server, 'REPLICA');
    await isQueued(server, waiting);
    await replica.operator.call('REPLICAOF', 'NO', 'ONE');
    await isDelivered(server, waiting);
    await isReady(server);
    await stopsInTime(server);
  });

  it('a failover: it leaves the old primary, which is a replica now, for the new one', async () => {
    const [first, second] = [await redis(), await redis()];
    const address = await forwarder(portOf(first.url));
    cleanUp.push(() => address.close());
    const server = await serverAt(`redis://127.0.0.1:${address.port}`);
    await isReady(server);
    await isDelivered(server, await postClose(server, 'FIRST'));
    await first.operator.call('REPLICAOF', '127.0.0.1', String(portOf(second.url)));
    await saysWhy(server, /^queue: .*replica/);
    const waiting = await postClose(server, 'BETWEEN');
    address.lead(portOf(second.url));
    await isDelivered(server, waiting);
    await isReady(server);
    expect(await second.operator.exists(`bull:community:${waiting}-community`)).toBe(1);
    await isDelivered(server, await postClose(server, 'SECOND'));
  });

  it('one that throws keys away when memory runs short: it works, degraded, and says what to set', async () => {
    const { url } = await redis('--maxmemory-policy', 'allkeys-lru');
    const server = await serverAt(url);
    await isReady(server);
    const { status, parts } = await server.get<{
      status: string;
      parts: Record<string, { state: string; reason?: string }>;
    }>('/health');
    expect(status).toBe('degraded');
    expect(parts['queue']).toMatchObject({ state: 'degraded' });
    expect(parts['queue']!.reason).toMatch(/allkeys-lru.*noeviction/);
    expect(server.log.some(({ msg }) => /maxmemory-policy is allkeys-lru/.test(msg))).toBe(true);
  });
});
