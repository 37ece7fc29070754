import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/needs.ts';
import { patience } from '../../support/patience.ts';
import { postgresProcess } from '../../support/services/postgres.ts';
import { redisProcess } from '../../support/services/redis.ts';
import { isReady } from '../../support/still-answers.ts';
import type { RunningServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { createWorld, deliveryOf, postClose } from '../../support/world.ts';

const withinMs = 3_000;
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

interface Fault {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
}

async function postgres(within?: string) {
  const server = await postgresProcess('a-pass-word', within === undefined ? {} : { within });
  cleanUp.push(() => server.dispose());
  await server.start();
  return server.url;
}

async function redis() {
  const server = await redisProcess();
  cleanUp.push(() => server.dispose());
  await server.start();
  const operator = new Redis(server.url);
  operator.on('error', () => {});
  cleanUp.push(async () => operator.disconnect());
  return { url: server.url, operator };
}

async function serverWith(environment: Record<string, string>): Promise<RunningServer> {
  const world = await createWorld({ ...environment, COMMUNITY_IDEMPOTENT: 'true' });
  cleanUp.push(() => world.dispose());
  const server = await world.start();
  await isReady(server);
  return server;
}

/** A small file system of its own, and a way to fill it to the last byte. */
async function smallDisk() {
  const folder = await mkdtemp(join(tmpdir(), 'anso-disk-'));
  cleanUp.push(async () => {
    spawnSync('umount', ['-l', folder]);
    await rm(folder, { recursive: true, force: true });
  });
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=160m', 'tmpfs', folder]);
  // Without it the disk of this machine would be filled.
  expect(status).toBe(0);
  await chmod(folder, 0o755);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: async () => void spawnSync('sh', ['-c', `cat /dev/zero > ${filler}`], { stdio: 'ignore' }),
    empty: () => truncate(filler, 0),
  };
}

/** `/ready` says no, with the reason, within three seconds of the fault, and yes within three seconds of its end; what came meanwhile is posted. */
async function isSaidInTime(server: RunningServer, { begin, end }: Fault, reason: RegExp): Promise<void> {
  const turnsTo = async (status: number) => {
    const begun = performance.now();
    const found = await until(async () => {
      const response = await fetch(`${server.url}/ready`);
      const { reasons } = (await response.json()) as { reasons: string[] };
      return response.status === status && { reasons };
    });
    const tookMs = performance.now() - begun;
    expect(tookMs, `to ${status}`).toBeLessThan(withinMs * patience());
    return { ...found, tookMs: Math.round(tookMs) };
  };
  for (let round = 0; round < 2; round++) {
    await begin();
    const no = await turnsTo(503);
    expect(no.reasons.join('; ')).toMatch(reason);
    const waiting = postClose(server, `ROOM${round}`);
    // Awaited below; a step that fails before that has its own error.
    waiting.catch(() => {});
    await end();
    const yes = await turnsTo(200);
    console.log(`${reason.source}: 503 after ${no.tookMs} ms, 200 after ${yes.tookMs} ms`);
    const id = await waiting;
    await until(async () => (await deliveryOf(server, id))?.state === 'delivered');
  }
}

describe('a service that answers and is of no use', needs.redis, () => {
  it('a PostgreSQL whose disk is full', needs.tmpfs, async () => {
    const disk = await smallDisk();
    const server = await serverWith({ DATABASE_URL: await postgres(disk.folder) });
    await isSaidInTime(server, { begin: disk.fill, end: disk.empty }, /store: .*No space left on device/);
  });

  it('a PostgreSQL that was set to read only', async () => {
    const url = await postgres();
    const server = await serverWith({ DATABASE_URL: url });
    const set = async (to: string) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query('set transaction_read_only to off');
      await client.query(`alter system set default_transaction_read_only to ${to}`);
      await client.query('select pg_reload_conf()');
      await client.end();
    };
    await isSaidInTime(
      server,
      { begin: () => set('on'), end: () => set('off') },
      /(?:takes no writes|read-only transaction)/,
    );
  });

  it.each<[string, RegExp, (operator: Redis, isOn: boolean) => Promise<unknown>]>([
    [
      'is full',
      /queue: Redis is full/,
      (operator, isOn) => operator.config('SET', 'maxmemory', isOn ? '1' : '0'),
    ],
    [
      'is a replica, which is read only',
      /queue: .*replica/,
      (operator, isOn) => (isOn ? operator.replicaof('127.0.0.1', 1) : operator.replicaof('NO', 'ONE')),
    ],
    [
      'wants replicas that it has not',
      /queue: .*fewer replicas/,
      (operator, isOn) => operator.config('SET', 'min-replicas-to-write', isOn ? '1' : '0'),
    ],
  ])('a Redis that %s', async (_, reason, set) => {
    const { url, operator } = await redis();
    const server = await serverWith({ REDIS_URL: url });
    await isSaidInTime(server, { begin: () => set(operator, true), end: () => set(operator, false) }, reason);
  });
});
