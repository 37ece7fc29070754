import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Store } from '../../store/open-store.ts';
import { needs } from './needs.ts';
import { pipeline, type Pipeline } from './pipeline.ts';
import { temporaryStore } from './services/database.ts';
import { platform, type Platform } from './services/platform.ts';
import { redisProcess, type RedisProcess } from './services/redis.ts';

type PipelineOptions = Parameters<typeof pipeline>[0];

/** What the tests of posts stand on. Read its parts within a test: each has a platform of its own. */
export interface Delivery {
  readonly store: Store;
  readonly target: Platform;
  /** Queue and worker on that store, posting to that platform; closed after the test. */
  readonly start: (over?: Partial<PipelineOptions>) => Pipeline;
}

/** Opens a store for the tests of a block, and a platform for each. `settings` is asked at each start. */
export function useDelivery(
  settings: () => Partial<PipelineOptions> = () => ({}),
  { skip = false } = {},
): Delivery {
  let store: Store;
  let target: Platform;
  let dispose: (() => Promise<void>) | undefined;
  let open: Pipeline[] = [];
  beforeAll(async () => {
    if (!skip) ({ store, dispose } = await temporaryStore());
  });
  afterAll(() => dispose?.());
  beforeEach(async () => {
    target = await platform();
  });
  afterEach(async () => {
    await Promise.all(open.map((one) => one.close()));
    open = [];
    await target.close();
  });
  return {
    get store() {
      return store;
    },
    get target() {
      return target;
    },
    start: (over = {}) => {
      const made = pipeline({ store, url: target.url, ...settings(), ...over });
      open.push(made);
      return made;
    },
  };
}

/** Where queues can live, for `describe.each`; `redisUrl` is known once the tests run. */
export function queueBackends() {
  let redis: RedisProcess | undefined;
  beforeAll(async () => {
    if (needs.redis.skip) return;
    redis = await redisProcess();
    await redis.start();
  });
  afterAll(() => redis?.dispose());
  return [
    { name: 'PostgreSQL', need: needs.none, redisUrl: () => undefined },
    { name: 'Redis', need: needs.redis, redisUrl: () => redis?.url },
  ];
}
