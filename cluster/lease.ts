import type { Redis } from 'ioredis';
import type { Log } from '../store/log.ts';

export interface LeaseOptions {
  readonly redis: Pick<Redis, 'eval' | 'info'>;
  readonly key: string;
  /** Names this process; no other has the same. */
  readonly token: string;
  readonly log: Log;
  /** How long a holder that has fallen silent keeps it, ms. @default 5000 */
  readonly ttlMs?: number;
  /** Time between two renewals, and between two questions of who stands by, ms. @default 1000, 500 */
  readonly renewEveryMs?: number;
  readonly askEveryMs?: number;
  /** It is this process's now. */
  readonly onHeld: () => void;
  /** Another has it: whatever it was needed for must end at once. Nothing more is asked then. */
  readonly onLost: (holder: string) => void;
}

export interface Lease {
  readonly isHeld: () => boolean;
  /** Who has it, as last heard; undefined where nobody is known. */
  readonly holder: () => string | undefined;
  /** Gives it back. */
  readonly close: () => Promise<void>;
}

/** Takes it where nobody has it, prolongs one's own. Answers with the holder. */
const take = `
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return ARGV[1]`;

const giveBack = `
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0`;

/**
 * One holder at a time, by a key in Redis that expires. While Redis is away its holder goes on, for nobody else can take it
 * there; one that was cut off alone finds out with its next renewal. A Redis that has just started may have forgotten the
 * holder, who tells it again within a renewal: until it has run for the lease's time nobody takes a free one.
 */
export function createLease(options: LeaseOptions): Lease {
  const { redis, key, token, log, onHeld, onLost } = options;
  const { ttlMs = 5000, renewEveryMs = 1000, askEveryMs = 500 } = options;
  let isHeld = false;
  let holder: string | undefined;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  const remembers = async () => {
    const seconds = /uptime_in_seconds:(\d+)/.exec(await redis.info('server'))?.[1];
    return Number(seconds) * 1000 > ttlMs;
  };
  const ask = async () => {
    if (!isHeld && !(await remembers())) return;
    holder = (await redis.eval(take, 1, key, token, ttlMs)) as string;
    // Given back meanwhile, or lost.
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
  let asking: Promise<void> = Promise.resolve();
  const again = () => {
    asking = ask()
      // Redis is away: the holder goes on, who stands by waits.
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
      // What is being asked may still give it to us.
      await asking;
      isHeld = false;
      await redis.eval(giveBack, 1, key, token).catch(() => {});
    },
  };
}
