import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../store/open-store.ts';
import { temporaryStore } from '../support/database.ts';
import { pipeline, type Pipeline } from '../support/pipeline.ts';
import { platform, type Platform } from '../support/platform.ts';
import { hasRedis, redisProcess, type RedisProcess } from '../support/redis.ts';
import { aSignal } from '../support/signals.ts';
import { until } from '../support/until.ts';

let redis: RedisProcess | undefined;
beforeAll(async () => {
  if (!hasRedis) return;
  redis = await redisProcess();
  await redis.start();
});
afterAll(() => redis?.dispose());

describe.each([
  { name: 'PostgreSQL', skip: false, redisUrl: () => undefined },
  { name: 'Redis', skip: !hasRedis, redisUrl: () => redis?.url },
])('delivery on $name', ({ skip, redisUrl }) => {
  let store: Store;
  let dispose: () => Promise<void>;
  let target: Platform;
  let open: Pipeline[];
  const start = (options: Partial<Parameters<typeof pipeline>[0]> = {}) => {
    const made = pipeline({ store, url: target.url, redisUrl: redisUrl(), ...options });
    open.push(made);
    return made;
  };
  const delivery = async (id: string) => (await store.signals.get(id))?.deliveries[0];
  const ended = (id: string, state: string) =>
    until(async () => {
      const row = await delivery(id);
      return row?.state === state ? row : undefined;
    });

  beforeAll(async () => {
    if (skip) return;
    ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose?.());
  beforeEach(async () => {
    open = [];
    target = await platform();
  });
  afterEach(async () => {
    await Promise.all(open.map((one) => one.close()));
    await target.close();
  });

  it.skipIf(skip)('posts a signal once, under one id everywhere', async () => {
    const { issue, queue } = start();
    const signal = aSignal();
    await issue(signal);
    const row = await ended(signal.id, 'delivered');
    expect(row).toMatchObject({ attempts: 1, remote_id: `p-${signal.id}` });
    expect(target.received).toHaveLength(1);
    expect(target.received[0]?.headers).toMatchObject({
      'x-api-key': 'canary-key',
      'idempotency-key': signal.id,
    });
    expect(target.received[0]?.body).toEqual({
      symbol: 'BTCUSD',
      action: 'BUY',
      entry: 100,
      tp: 110,
      sl: 95,
      confidence: 0.61,
      reasoning: signal.reasoning,
      timeframe: '1h',
      signal_id: signal.id,
    });
    const job = await until(() => queue.queue.getJob(`${signal.id}-community`));
    await until(async () => (await job.getState()) === 'completed');
    expect(JSON.stringify(job)).not.toContain('canary-key');
    await until(async () => (await queue.counts()).counts.completed >= 1);
    expect((await queue.counts()).oldest_age_seconds).toBeNull();
  });
});
