import type { PoolConfig } from 'pg';
import type { Log } from './log.ts';
import type { QueueBackend } from './queue/backend.ts';
import { postgresBackend } from './queue/postgres-backend.ts';
import { redisBackend } from './queue/redis-backend.ts';
import type { Sessions } from './sessions.ts';

/** Redis where there is one, else the store's PostgreSQL. Both behave alike. */
export function queueBackend(options: {
  /** Unset: PostgreSQL. */
  redisUrl?: string | undefined;
  /** The store's connection. */
  connection: PoolConfig;
  /** The store's sessions. @default own */
  sessions?: Sessions;
  log: Log;
  /** Uniform in [0, 1): jitter of reconnects. */
  random: () => number;
}): QueueBackend {
  const { redisUrl, connection, sessions = 'own', log, random } = options;
  return redisUrl === undefined
    ? postgresBackend(connection, sessions, log)
    : redisBackend(redisUrl, log, random);
}
