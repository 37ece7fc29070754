import { createPostgresBackend, withBackend } from 'bullmq';
import { Pool, type PoolClient, type PoolConfig, type QueryResult } from 'pg';
import { beginLimited, isDatabaseAway, isReadOnly, onEachConnection, renew } from '../database.ts';
import { endPool } from '../end-pool.ts';
import type { Log } from '../log.ts';
import type { Sessions } from '../sessions.ts';
import { withTimeout } from '../with-timeout.ts';
import type { PostQueue, PostWorker, QueueBackend } from './backend.ts';

const schema = 'bullmq';
/** Longer than this, and a question to the queue's database counts as unanswered, ms. */
const patienceMs = 2000;
/** Polling interval of a worker without notifications, seconds. */
const lookEveryS = 1;

type Query = (text: string, values?: unknown[]) => Promise<QueryResult>;

/**
 * BullMQ on the store's PostgreSQL. Its statements name no schema: the search_path is set for each session of our own, and for each
 * transaction where a pooler shares the sessions. There no notifications of new jobs arrive, and the workers poll.
 */
export function postgresBackend(connection: PoolConfig, sessions: Sessions, log: Log): QueueBackend {
  const listeners: (() => void)[] = [];
  const pool = new Pool({
    ...connection,
    max: 6,
    application_name: 'anso-vision queue',
    ...(sessions === 'own' && {
      onConnect: onEachConnection(`set search_path to ${schema}`),
    }),
  });
  let away = false;
  let closing = false;
  const noteAway = (error: Error) => {
    // Sessions that our own stop ends are no news.
    if (closing) return;
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
  const ask: Query = sessions === 'own' ? (text, values) => pool.query(text, values) : inSchema(pool);
  const query: Query = (text, values) => ask(text, values).then(back, asRefused);
  const connect = async () => {
    const client = await pool.connect().then(back, asRefused);
    return sessions === 'own' ? client : withoutListening(client);
  };
  const patient = new Proxy(pool, {
    get(target, key) {
      if (key === 'query') return query;
      if (key === 'connect') return connect;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend(createPostgresBackend);
  const shared = {
    connection: patient as unknown as Parameters<typeof createPostgresBackend>[1]['connection'],
  };
  const looking = sessions === 'own' ? {} : { drainDelay: lookEveryS };
  return {
    kind: 'postgres',
    queue: (name) => new PostgresQueue(name, shared) as unknown as PostQueue,
    worker: (name, processor, options) =>
      new PostgresWorker(name, processor, { ...options, ...looking, ...shared }) as unknown as PostWorker,
    onReady: (listener) => void listeners.push(listener),
    // It fails at once, and only a query shows that it is back.
    available: () => true,
    why: () => undefined,
    unhealthy: async () => {
      try {
        await withTimeout(patienceMs, query(trial), "the queue's database");
        return undefined;
      } catch (error) {
        const { cause, message } = error as Error;
        if (isReadOnly(cause ?? error)) await renew(pool).catch(() => {});
        return `the queue's database takes no jobs: ${message}`;
      }
    },
    warning: () => undefined,
    hopeless: () => Promise.resolve(undefined),
    close: async () => {
      closing = true;
      await endPool(pool);
    },
  };
}

/** Writes where BullMQ writes; the store has a table of the same name and other columns, should the search_path be wrong. */
const trial = `insert into meta (queue, field, value) values ('anso-trial', 'written', '1')
  on conflict (queue, field) do update set value = excluded.value`;

/** A statement in a transaction of its own that sets the search_path first: each one may get another session. */
function inSchema(pool: Pool): Query {
  return async (text, values) => {
    const session = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => (broken = error);
    session.on('error', onError);
    try {
      await session.query(`${beginLimited()}; set local search_path to ${schema}`);
      const result = await session.query(text, values);
      await session.query('commit');
      return result;
    } catch (error) {
      await session.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      session.off('error', onError);
      session.release(broken);
    }
  };
}

/** A LISTEN would stay behind in a session that others are given, and so would the name of the connection. */
function withoutListening(client: PoolClient): PoolClient {
  const nothing = { rows: [], rowCount: 0 };
  return new Proxy(client, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (key !== 'query') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return (text: string, values?: unknown[]) =>
        /^\s*listen\b|set_config\('application_name'/i.test(text)
          ? Promise.resolve(nothing)
          : target.query(text, values);
    },
  });
}
