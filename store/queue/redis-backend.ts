import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { PostJob } from '../../schema/post-job.ts';
import type { Log } from '../log.ts';
import type { QueueBackend } from './backend.ts';
import { within } from '../within.ts';
import { QueueRedis } from './queue-redis.ts';
import { plainReason, type RedisTrial, tryRedis, tryWrite } from './redis-trial.ts';

/** Rights and role are tried anew this often, ms; in between a write shows that Redis still takes any. */
const tryEveryMs = 30_000;
/** After a trial that failed, ms. */
const tryAgainMs = 1_000;
/** How long the first trial may take before the server starts without its result, ms. */
const firstTrialMs = 2_500;

const settings = {
  maxRetriesPerRequest: null,
  connectTimeout: 2000,
  keepAlive: 10_000,
  // Full jitter, capped: the first job goes 0.5 s after Redis is back instead of 7 s.
  retryStrategy: (times: number) => 20 + Math.random() * Math.min(2000, 50 * 2 ** Math.min(times, 10)),
};

/**
 * BullMQ on Redis. A connection of its own tries what a queue needs, at the start, after each connection and then each second;
 * nothing else is asked of Redis before that has passed.
 */
export function redisBackend(url: string, log: Log): QueueBackend {
  const listeners: (() => void)[] = [];
  const queues = new Set<string>();
  const impatient = { ...settings, enableOfflineQueue: false, commandTimeout: 2000 };
  // BullMQ waits for it, and then reads this INFO instead of asking for its own.
  const gate = Promise.withResolvers<string>();
  const passed = () => gate.promise;
  const scout = new Redis(url, { ...impatient, commandTimeout: 1000, enableReadyCheck: false });
  // A producer that queues commands while Redis is away would hang for the whole outage: the outbox stands in front of it.
  const producer = new QueueRedis(url, impatient, passed);
  const consumer = new QueueRedis(url, settings, passed);
  let lastError = 'connecting';
  for (const [role, client] of Object.entries({ scout, producer, consumer })) {
    client.on('error', (error: Error) => {
      if (lastError !== error.message) log.warn({ err: error, role }, 'Redis is away');
      lastError = error.message;
    });
  }

  let trial: RedisTrial | undefined;
  let triedAt = -Infinity;
  let problem: string | undefined = 'connecting';
  scout.on('close', () => {
    trial = undefined;
    problem ??= 'Redis is away';
  });
  const attempt = async (): Promise<void> => {
    const names = queues.size === 0 ? ['community'] : [...queues];
    const isFresh = trial !== undefined && trial.reason === undefined;
    if (isFresh && performance.now() - triedAt < tryEveryMs) {
      for (const name of names) await tryWrite(scout, name);
      return;
    }
    trial = await tryRedis(scout, names);
    triedAt = performance.now();
  };
  /** Why no queue can work now, or undefined. */
  const examine = async (): Promise<string | undefined> => {
    if (scout.status !== 'ready') return `Redis is away: ${lastError}`;
    try {
      await attempt();
      return trial?.reason;
    } catch (error) {
      const { message } = error as Error;
      trial = undefined;
      // The primary may be elsewhere by now.
      if (message.includes('READONLY')) scout.disconnect(true);
      return plainReason(message);
    }
  };
  const judge = async (): Promise<string | undefined> => {
    const found = await examine();
    if (found !== undefined && /replica/.test(found)) scout.disconnect(true);
    if (found !== problem) tell(found);
    problem = found;
    clearTimeout(again);
    if (found !== undefined && !closed) again = setTimeout(() => void unhealthy(), tryAgainMs).unref();
    return found;
  };
  const tell = (found: string | undefined) => {
    if (found !== undefined) {
      log.warn({ reason: found }, 'the queue cannot work');
      return;
    }
    log.info('connected to Redis: a queue can work there');
    if (trial?.warning !== undefined) log.warn(trial.warning);
    gate.resolve(trial?.info ?? '');
    for (const listener of listeners) listener();
  };
  let again: NodeJS.Timeout | undefined;
  let closed = false;
  let judging: Promise<string | undefined> | undefined;
  const unhealthy = () => (judging ??= judge().finally(() => (judging = undefined)));
  const tried = new Promise<void>((done) => {
    scout.once('ready', () => void unhealthy().then(() => done()));
    scout.once('error', () => done());
  });
  scout.on('ready', () => void unhealthy());

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
    available: () => problem === undefined && producer.status === 'ready',
    why: () => problem,
    unhealthy,
    warning: () => trial?.warning,
    hopeless: async () => {
      await within(firstTrialMs, tried, 'Redis').catch(() => {});
      return trial?.isFinal === true ? trial.reason : undefined;
    },
    close: async () => {
      closed = true;
      clearTimeout(again);
      for (const client of [scout, producer, consumer]) client.disconnect();
    },
  };
}
