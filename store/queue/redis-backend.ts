import { Queue, Worker } from 'bullmq';
import type { PostJob } from '../../schema/post-job.ts';
import type { Log } from '../log.ts';
import { withTimeout } from '../with-timeout.ts';
import type { QueueBackend } from './backend.ts';
import { QueueRedis } from './queue-redis.ts';
import { redisScout } from './redis-scout.ts';

/** How long the first trial may take before the server starts without its result, ms. */
const firstTrialMs = 2_500;

const settingsOf = (random: () => number) => ({
  maxRetriesPerRequest: null,
  connectTimeout: 2000,
  keepAlive: 10_000,
  // Full jitter, capped: the first job goes 0.5 s after Redis is back instead of 7 s.
  retryStrategy: (times: number) => 20 + random() * Math.min(2000, 50 * 2 ** Math.min(times, 10)),
});

/** BullMQ on Redis. `random`: uniform in [0, 1), for its reconnects. Nothing of BullMQ's is asked before a scout has found that queues can work there. */
export function redisBackend(url: string, log: Log, random: () => number): QueueBackend {
  const settings = settingsOf(random);
  const listeners: (() => void)[] = [];
  const queues = new Set<string>();
  // BullMQ waits for it, and then reads this INFO instead of asking for its own.
  const gate = Promise.withResolvers<string>();
  const passed = () => gate.promise;
  let lastError = 'connecting';
  const scout = redisScout({
    url,
    settings,
    log,
    queues,
    lastError: () => lastError,
    onWell: ({ info, warning }) => {
      log.info('connected to Redis: a queue can work there');
      if (warning !== undefined) log.warn(warning);
      gate.resolve(info);
      for (const listener of listeners) listener();
    },
  });
  // A producer that queues commands while Redis is away would hang for the whole outage: the outbox stands in front of it.
  const impatient = { ...settings, enableOfflineQueue: false, commandTimeout: 2000 };
  const producer = new QueueRedis(url, impatient, passed);
  const consumer = new QueueRedis(url, settings, passed);
  for (const [role, client] of Object.entries({ scout: scout.client, producer, consumer })) {
    client.on('error', (error: Error) => {
      if (lastError !== error.message) log.warn({ err: error, role }, 'Redis is away');
      lastError = error.message;
    });
  }
  const connected = new Promise<void>((done) => {
    scout.client.once('ready', done);
    scout.client.once('error', () => done());
  });

  return {
    kind: 'redis',
    queue: (name) => {
      queues.add(name);
      return new Queue<PostJob>(name, { connection: producer, skipWaitingForReady: false });
    },
    worker: (name, processor, options) => {
      queues.add(name);
      return new Worker<PostJob>(name, processor, { ...options, connection: consumer });
    },
    onReady: (listener) => void listeners.push(listener),
    available: () => scout.problem() === undefined && producer.status === 'ready',
    why: scout.problem,
    unhealthy: scout.unhealthy,
    warning: () => scout.trial()?.warning,
    hopeless: async () => {
      await withTimeout(firstTrialMs, connected.then(scout.unhealthy), 'Redis').catch(() => {});
      const trial = scout.trial();
      return trial?.isFinal === true ? trial.reason : undefined;
    },
    close: async () => {
      scout.close();
      for (const client of [producer, consumer]) client.disconnect();
    },
  };
}
