import type { Redis } from 'ioredis';
import type { Log } from '../store/log.ts';

export interface LeaseOptions {
  readonly redis: Pick<Redis, 'eval' | 'info'>;
  readonly key: string;
  /** Identifies this process; unique. */
  readonly token: string;
  readonly log: Log;
  /** How long a holder that no longer renews it keeps the lease, ms. @default 5000 */
  readonly ttlMs?: number;
  /** Interval of the holder's renewals, and of a standby's attempts, ms. @default 1000, 500 */
  readonly renewEveryMs?: number;
  readonly askEveryMs?: number;
  /** This process holds it from now on. */
  readonly onHeld: () => void;
  /** Another process holds it: whatever needs the lease must end at once. No further attempt is made. */
  readonly onLost: (holder: string) => void;
}

export interface Lease {
  readonly isHeld: () => boolean;
  /** The last known holder; undefined where none is known. */
  readonly holder: () => string | undefined;
  /** Releases it. */
  readonly close: () => Promise<void>;
}

/** Acquires a free lease or renews the caller's own. Returns the holder. */
const take = `
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return ARGV[1]`;

const releaseLease = `
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0`;

/**
 * One holder at a time, by a key in Redis that expires. During an outage of Redis the holder keeps it, for nobody else can acquire
 * it then; a holder that alone was disconnected finds out with its next renewal. A Redis that has just started may have lost the key,
 * which the holder writes again with its next renewal: until Redis has been up for `ttlMs`, nobody acquires a free lease.
 */
export function createLease(options: LeaseOptions): Lease {
  const { redis, key, token, log, onHeld, onLost } = options;
  const { ttlMs = 5000, renewEveryMs = 1000, askEveryMs = 500 } = options;
  let isHeld = false;
  let holder: string | undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  const isUpLongEnough = async () => {
    const seconds = /uptime_in_seconds:(\d+)/.exec(await redis.info('server'))?.[1];
    return Number(seconds) * 1000 > ttlMs;
  };
  const renew = async () => {
    if (!isHeld && !(await isUpLongEnough())) return;
    holder = (await redis.eval(take, 1, key, token, ttlMs)) as string;
    // Released or lost meanwhile.
    if (isOver) return;
    if (holder === token && !isHeld) {
      isHeld = true;
      log.info({ lease: token }, 'holds the lease of the feed');
      onHeld();
    } else if (holder !== token && isHeld) {
      isHeld = false;
      isOver = true;
      onLost(holder);
    }
  };
  let renewing: Promise<void> = Promise.resolve();
  const again = () => {
    renewing = renew()
      // An outage of Redis: the holder keeps the lease, a standby waits.
      .catch(() => {})
      .finally(() => {
        if (!isOver) timer = setTimeout(again, isHeld ? renewEveryMs : askEveryMs);
      });
  };
  again();

  return {
    isHeld: () => isHeld,
    holder: () => holder,
    close: async () => {
      isOver = true;
      clearTimeout(timer);
      // The attempt in flight may still acquire it.
      await renewing;
      isHeld = false;
      await redis.eval(releaseLease, 1, key, token).catch(() => {});
    },
  };
}
