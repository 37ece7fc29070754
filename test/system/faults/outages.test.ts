import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { postgresProcess } from '../../support/services/postgres.ts';
import { redisProcess } from '../../support/services/redis.ts';
import { until } from '../../support/until.ts';
import { connect, type RunningServer } from '../../support/server.ts';
import { allSignals, createWorld, deliveryOf, postClose, sleep, type World } from '../../support/world.ts';
import { needs } from '../../support/needs.ts';
import { patience } from '../../support/patience.ts';

/** Queue and database are back in use this long after they are back, ms; the loaded build machine gets twice that. */
const recoverMs = 3_000 * 2;

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Readiness {
  readonly ready: boolean;
  readonly reasons: string[];
}
const readiness = (server: RunningServer) => server.get<Readiness>('/ready');
const isReady = (server: RunningServer) => until(async () => (await readiness(server)).ready, 20_000);
const saysWhy = (server: RunningServer, part: string) =>
  until(async () => {
    const { ready, reasons } = await readiness(server);
    return !ready && reasons.some((reason) => reason.startsWith(part));
  }, 10_000);
const isDelivered = (server: RunningServer, id: string, withinMs: number) =>
  until(async () => (await deliveryOf(server, id))?.state === 'delivered', withinMs);

/** Prices still come, and REST answers from memory. */
async function goesOn(server: RunningServer): Promise<void> {
  const client = await connect(server, '/ws', { action: 'subscribe', symbol: 'BTCUSD' });
  const isNew = (since: number) => (frame: { type: string; timestamp?: unknown }) =>
    frame.type === 'price_update' && Number(frame.timestamp) >= since;
  await client.frame(isNew(Date.now() - 1_000), 10_000);
  client.close();
  expect(await server.get('/symbols')).toMatchObject({ success: true });
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect((await fetch(`${server.url}/ready`)).status).toBe(503);
}

async function world(environment: Record<string, string>): Promise<World> {
  const made = await createWorld({ COMMUNITY_IDEMPOTENT: 'true', ...environment });
  cleanUp.push(() => made.dispose());
  return made;
}

describe('with REDIS_URL', needs.redis, () => {
  it('Redis may be absent at the start, freeze, die and come back: prices go on, posts wait for it', async () => {
    const redis = await redisProcess();
    cleanUp.push(() => redis.dispose());
    const { start, simulator } = await world({ REDIS_URL: redis.url });
    const server = await start();
    await saysWhy(server, 'queue: Redis');
    await goesOn(server);
    const absent = await postClose(server, 'ABSENT');
    expect((await deliveryOf(server, absent))?.state).toBe('queued');

    await redis.start();
    await isDelivered(server, absent, recoverMs);
    await isReady(server);
    const reader = new Redis(redis.url);
    expect(await reader.keys('bull:community:*')).toContain(`bull:community:${absent}-community`);
    reader.disconnect();

    await redis.kill('SIGSTOP');
    await saysWhy(server, 'queue: Redis');
    await goesOn(server);
    const frozen = await postClose(server, 'FROZEN');
    expect((await deliveryOf(server, frozen))?.state).toBe('queued');
    await redis.kill('SIGCONT');
    await isDelivered(server, frozen, recoverMs);

    await redis.kill('SIGKILL');
    await saysWhy(server, 'queue: Redis');
    await goesOn(server);
    const killed = await postClose(server, 'KILLED');
    await redis.start();
    await isDelivered(server, killed, recoverMs);
    await isReady(server);
    expect(simulator.received().map(({ id }) => id)).toEqual([absent, frozen, killed]);

    await redis.kill('SIGKILL');
    await saysWhy(server, 'queue: Redis');
    const begun = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000 * patience());
  });
});

describe('with the embedded PostgreSQL', () => {
  it('a killed database is started again, and nothing that was said meanwhile is lost', async () => {
    const { start, folder, simulator } = await world({});
    const server = await start();
    await isReady(server);
    const before = await postClose(server, 'BEFORE');
    await isDelivered(server, before, 10_000);
    const { pid } = await folder.database();
    process.kill(pid!, 'SIGKILL');
    const meanwhile = await postClose(server, 'MEANWHILE');
    await isDelivered(server, meanwhile, 15_000);
    await isReady(server);
    expect((await folder.database()).pid).not.toBe(pid);
    expect((await allSignals(server)).map(({ symbol }) => symbol)).toEqual(
      expect.arrayContaining(['BEFORE', 'MEANWHILE']),
    );
    expect(new Set(simulator.received().map(({ id }) => id)).size).toBe(simulator.received().length);
  });
});

describe('with DATABASE_URL', () => {
  it('the database may freeze, stop and come back: prices go on, writes wait for it', async () => {
    const postgres = await postgresProcess('a-pass-word');
    cleanUp.push(() => postgres.dispose());
    await postgres.start();
    const { start } = await world({ DATABASE_URL: postgres.url });
    const server = await start();
    await isReady(server);
    await isDelivered(server, await postClose(server, 'KNOWN'), 10_000);

    for (const [signal, back, awayMs] of [
      ['SIGSTOP', () => postgres.kill('SIGCONT'), 1_000],
      // Longer than a symbol that fails at once would be started again.
      ['SIGKILL', () => postgres.start(), 6_000],
    ] as const) {
      await postgres.kill(signal);
      await saysWhy(server, 'store: ');
      await goesOn(server);
      // The decision is answered once it is stored.
      const waiting = postClose(server, `WHILE${signal}`);
      // Awaited below; a step that fails before that has its own error.
      waiting.catch(() => {});
      await sleep(awayMs);
      await back();
      const begun = performance.now();
      await isReady(server);
      const id = await waiting;
      expect(performance.now() - begun, signal).toBeLessThan(recoverMs * patience());
      await isDelivered(server, id, 10_000);
    }
    expect(await server.stop()).toBe(0);
  });
});
