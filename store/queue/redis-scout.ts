import type { Redis, RedisOptions } from 'ioredis';
import { LastingRedis } from '../connect/lasting-redis.ts';
import type { Log } from '../log.ts';
import { plainReason, type RedisTrial, tryRedis, tryWrite } from './redis-trial.ts';

/** Interval of full checks of rights and role, ms; between them a write shows that Redis still accepts any. */
const tryEveryMs = 30_000;
/** Delay after a failed check, ms. */
const tryAgainMs = 1_000;

export interface RedisScout {
  readonly client: Redis;
  /** Checks now: why no queue can work, or undefined. */
  readonly unhealthy: () => Promise<string | undefined>;
  /** The result of the last check. */
  readonly problem: () => string | undefined;
  readonly trial: () => RedisTrial | undefined;
  readonly close: () => void;
}

/** A connection that checks what queues need: after each connect, on request, and each second while they cannot work. */
export function redisScout(options: {
  readonly url: string;
  readonly settings: RedisOptions;
  readonly log: Log;
  /** Names of the queues, each with keys of its own. */
  readonly queues: ReadonlySet<string>;
  /** Called when queues can work (again). */
  readonly onWell: (trial: RedisTrial) => void;
  /** Why Redis could not be reached. */
  readonly lastError: () => string;
}): RedisScout {
  const { url, settings, log, queues, onWell, lastError } = options;
  const client = new LastingRedis(url, {
    ...settings,
    replyMapping: 'legacy',
    enableOfflineQueue: false,
    commandTimeout: 1000,
    enableReadyCheck: false,
  });
  let trial: RedisTrial | undefined;
  let triedAt = -Infinity;
  let problem: string | undefined = 'connecting';
  let again: NodeJS.Timeout | undefined;
  let closed = false;
  let isRenewing = false;

  /** A full check, or a single write where the last full check is recent and good. */
  const attempt = async (): Promise<RedisTrial> => {
    const names = queues.size === 0 ? ['community'] : [...queues];
    if (trial?.reason === undefined && trial !== undefined && performance.now() - triedAt < tryEveryMs) {
      for (const name of names) await tryWrite(client, name);
      return trial;
    }
    triedAt = performance.now();
    return tryRedis(client, names);
  };
  const examine = async (): Promise<string | undefined> => {
    if (client.status !== 'ready') return isRenewing ? problem : `Redis is away: ${lastError()}`;
    try {
      trial = await attempt();
      return trial.reason;
    } catch (error) {
      trial = undefined;
      if (isRenewing) return problem;
      return plainReason((error as Error).message);
    }
  };
  const judge = async (): Promise<string | undefined> => {
    const found = await examine();
    const isNews = found !== problem;
    problem = found;
    if (found === undefined) {
      clearTimeout(again);
      again = undefined;
      if (isNews) onWell(trial!);
      return undefined;
    }
    if (isNews) log.warn({ reason: found }, 'the queue cannot work');
    // A request in the meantime does not postpone it.
    if (!closed) again ??= setTimeout(tryAgain, tryAgainMs).unref();
    return found;
  };
  const tryAgain = () => {
    again = undefined;
    if (client.status !== 'ready' || !/replica, which/.test(problem ?? '')) {
      void unhealthy();
      return;
    }
    // The primary may have moved: a new connection finds it.
    isRenewing = true;
    client.disconnect(true);
  };
  let judging: Promise<string | undefined> | undefined;
  const unhealthy = () => (judging ??= judge().finally(() => (judging = undefined)));
  client.on('ready', () => {
    isRenewing = false;
    void unhealthy();
  });
  client.on('error', () => (isRenewing = false));
  client.on('close', () => {
    // The next connection may lead to another Redis.
    trial = undefined;
    problem ??= 'Redis is away';
  });

  return {
    client,
    unhealthy,
    problem: () => problem,
    trial: () => trial,
    close: () => {
      closed = true;
      clearTimeout(again);
      client.disconnect();
    },
  };
}
