import {
  createPostgresBackend,
  Queue,
  withBackend,
  Worker,
  type Processor,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import { Pool, type PoolConfig } from 'pg';
import type { PostJob } from '../schema/post-job.ts';
import { isDatabaseAway } from './database.ts';
import type { Log } from './log.ts';

export type PostQueue = Queue<PostJob>;
export type PostWorker = Worker<PostJob>;

/** Where BullMQ keeps its queues: Redis where there is one, else the store's PostgreSQL. Both behave alike. */
export interface QueueBackend {
  readonly kind: 'redis' | 'postgres';
  queue(name: string): PostQueue;
  worker(
    name: string,
    processor: Processor<PostJob>,
    options: Omit<WorkerOptions, 'connection' | 'limiter'>,
  ): PostWorker;
  /** Calls back whenever the backend has come (back). */
  onReady(listener: () => void): void;
  /** False while it is known to be away: what is asked of it would only wait. */
  available(): boolean;
  /** Why it does not answer, or undefined. */
  unhealthy(): Promise<string | undefined>;
  /** Gives back the connections. Close queues and workers first; never hangs. */
  close(): Promise<void>;
}

export function queueBackend(options: {
  /** Unset: PostgreSQL. */
  redisUrl?: string | undefined;
  /** The store's connection. */
  connection: PoolConfig;
  log: Log;
}): QueueBackend {
  return options.redisUrl === undefined
    ? postgresBackend(options.connection, options.log)
    : redisBackend(options.redisUrl, options.log);
}

function redisBackend(url: string, log: Log): QueueBackend {
  const listeners: (() => void)[] = [];
  const settings = {
    maxRetriesPerRequest: null,
    connectTimeout: 2000,
    keepAlive: 10_000,
    // Full jitter, capped: the first job goes 0.5 s after Redis is back instead of 7 s.
    retryStrategy: (times: number) => 20 + Math.random() * Math.min(2000, 50 * 2 ** Math.min(times, 10)),
  };
  // A producer that queues commands while Redis is away would hang for the whole outage: the outbox stands in front of it.
  const producer = new Redis(url, { ...settings, enableOfflineQueue: false, commandTimeout: 2000 });
  const consumer = new Redis(url, settings);
  let lastError = 'connecting';
  for (const [role, client] of Object.entries({ producer, consumer })) {
    client.on('error', (error: Error) => {
      if (lastError !== error.message) log.warn({ err: error, role }, 'Redis is away');
      lastError = error.message;
    });
  }
  producer.on('ready', () => {
    log.info('connected to Redis');
    for (const listener of listeners) listener();
  });
  return {
    kind: 'redis',
    queue: (name) => new Queue<PostJob>(name, { connection: producer, skipWaitingForReady: false }),
    worker: (name, processor, options) =>
      new Worker<PostJob>(name, processor, { ...options, connection: consumer }),
    onReady: (listener) => void listeners.push(listener),
    available: () => producer.status === 'ready',
    unhealthy: async () => {
      if (producer.status !== 'ready') return `Redis is away: ${lastError}`;
      return producer.ping().then(
        () => undefined,
        (error: Error) => `Redis does not answer: ${error.message}`,
      );
    },
    close: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

function postgresBackend(connection: PoolConfig, log: Log): QueueBackend {
  const listeners: (() => void)[] = [];
  const pool = new Pool({
    ...connection,
    max: 6,
    application_name: 'anso-vision queue',
    options: '-c search_path=bullmq',
  });
  let away = false;
  const noteAway = (error: Error) => {
    if (!away) log.warn({ err: error }, "the queue's database is away");
    away = true;
  };
  pool.on('error', noteAway);
  // BullMQ waits between its tries only after this code, and else asks a database that is away in a tight loop.
  const asRefused = (error: unknown): never => {
    if (isDatabaseAway(error)) {
      noteAway(error as Error);
      throw Object.assign(new Error((error as Error).message, { cause: error }), { code: 'ECONNREFUSED' });
    }
    throw error;
  };
  const back = <T>(value: T): T => {
    if (away) {
      away = false;
      log.info("the queue's database is back");
      for (const listener of listeners) listener();
    }
    return value;
  };
  const patient = new Proxy(pool, {
    get(target, key) {
      if (key === 'query')
        return (text: string, values?: unknown[]) => target.query(text, values).then(back, asRefused);
      if (key === 'connect') return () => target.connect().then(back, asRefused);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend(createPostgresBackend);
  const shared = {
    connection: patient as unknown as Parameters<typeof createPostgresBackend>[1]['connection'],
  };
  return {
    kind: 'postgres',
    queue: (name) => new PostgresQueue<PostJob>(name, shared) as unknown as PostQueue,
    worker: (name, processor, options) =>
      new PostgresWorker<PostJob>(name, processor, { ...options, ...shared }) as unknown as PostWorker,
    onReady: (listener) => void listeners.push(listener),
    // Its failures come at once, and only asking tells that it is back.
    available: () => true,
    unhealthy: () =>
      patient.query('select 1').then(
        () => undefined,
        (error: unknown) => `the queue's database is away: ${(error as Error).message}`,
      ),
    close: () => pool.end(),
  };
}
